/** The resolved text of a config is that config: it reloads to the same model, and prints the same again. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type Config, readConfig } from "../../src/answers/config.ts";
import { resolvedText } from "../../src/answers/resolved-text.ts";
import { modelToJson } from "../../src/model/to-json.ts";

const folder = mkdtempSync(join(tmpdir(), "rcnn-resolved-"));
afterAll(() => rmSync(folder, { recursive: true }));

const read = async (path: string, set: readonly string[] = []): Promise<Config> => {
  const { value, diagnostics } = await readConfig(path, { set });
  expect(diagnostics.map(({ message }) => message)).toEqual([]);
  return value!;
};

/** The model without its places, which are those of another text. */
const plain = ({ model }: Config): unknown =>
  JSON.parse(
    JSON.stringify(modelToJson(model), (key, value) =>
      ["span", "places"].includes(key) ? undefined : value,
    ),
  );

const configs = readdirSync("configs").filter((name) => name.endsWith(".rcnn"));

test.each([
  ...configs.map((name) => [name, []] as const),
  ["detectron2/mask_rcnn_X_101_32x8d_FPN_3x.rcnn", []],
  ["torchvision/fasterrcnn_mobilenet_v3_large_320_fpn.rcnn", ["train.batch=8"]],
  [
    "faster-rcnn-nuclei.rcnn",
    [
      "regions.trunk.fc6=dense(9)",
      "backbone.stem.norm=frozenBatchNorm",
      "profile=detectron2",
      "regions.sample.count=rpn.sample.count / 4",
      "train.schedule.at=[120iterations, 0.9]",
      "regions.box.from=trunk.fc6",
      "regions.pool=roiCrop(9x9, context = 2x1)",
      "input.jitter=0.5..2",
      "input.crop=96x64",
    ],
  ],
] as const)("%s with %j", async (name, set) => {
  const config = await read(join("configs", name), set);
  const text = resolvedText(config);
  const path = join(folder, "resolved.rcnn");
  writeFileSync(path, text);
  const again = await read(path);
  expect(plain(again)).toEqual(plain(config));
  expect(resolvedText(again)).toBe(text);
  expect(text).not.toMatch(/^use |extends/m);
});

test("constants stay where layers name them, and become values where keys do", async () => {
  const path = join(folder, "constants.rcnn");
  const text = `use "faster-rcnn-nuclei"
half  = 32
wide  = 2 * half
kept  = 40
model m extends faster_rcnn_nuclei {
  regions { trunk = flatten -> dense(wide) as fc6 -> relu }
  detect { keep = kept }
}
`;
  writeFileSync(path, text);
  const config = await read(path);
  const resolved = resolvedText(config);
  expect(resolved).toMatch(/^half = 32\nwide = 2 \* half\n/m);
  expect(resolved).toMatch(/keep = 40/);
  expect(resolved).not.toMatch(/kept/);
  writeFileSync(path, resolved);
  expect(plain(await read(path))).toEqual(plain(config));
});
