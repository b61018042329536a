/** A Fast R-CNN from a file of boxes: trained, evaluated, and told what is wrong with the file. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadDataset } from "../../src/data/load-dataset.ts";
import { randomStream } from "../../src/support/random.ts";
import { evaluate } from "../../src/train/evaluate.ts";
import { predict } from "../../src/train/predict.ts";
import { train } from "../../src/train/train.ts";

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const data = path("test/data/nuclei");
const config = path("configs/fast-rcnn-nuclei.rcnn");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rcnn-proposals-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Moved and stretched truths, and boxes anywhere: what another program might have found. */
async function writeProposals(name: string): Promise<string> {
  const random = randomStream(3, "proposals");
  const near = (value: number, by: number) => value + (random() - 0.5) * by;
  const entries = await Promise.all(
    (["train", "val"] as const).map(async (split) => (await loadDataset({ data, split })).value!.images),
  );
  const boxes = entries.flat().map(({ fileName, width, height, objects }) => {
    const close = objects.map(({ box: [x1, y1, x2, y2] }) => {
      const [left, top] = [near(x1, (x2 - x1) / 4), near(y1, (y2 - y1) / 4)];
      return [left, top, left + near(x2 - x1, 4), top + near(y2 - y1, 4), 0.5 + random() / 2];
    });
    const anywhere = Array.from({ length: 60 }, () => {
      const [x, y] = [random() * width * 0.8, random() * height * 0.8];
      return [x, y, x + 8 + random() * 30, y + 8 + random() * 30, random() / 2];
    });
    return [fileName, [...close, ...anywhere].filter(([x1, y1, x2, y2]) => x2! >= x1! && y2! >= y1!)];
  });
  const file = join(folder, name);
  await writeFile(file, JSON.stringify(Object.fromEntries(boxes)));
  return file;
}

const options = (more: object = {}) => ({
  config,
  data,
  set: ["train.schedule=steps(at = [80%], warmup = 2iterations)"],
  seed: 1,
  steps: 12,
  batch: 2,
  backend: "wasm" as const,
  ...more,
});

test("a Fast R-CNN learns from a file of boxes, and detects in images with boxes of their own", async () => {
  const proposals = await writeProposals("all.json");
  const run = join(folder, "run");
  const totals: number[] = [];
  const onStep = ({ total }: { total: number }) => totals.push(total);
  const trained = await train({ ...options({ proposals, onStep }), out: run });
  expect(trained.diagnostics).toEqual([]);
  expect(Object.keys(trained.value!.losses).sort()).toEqual(["box", "label", "total"]);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(mean(totals.slice(-3))).toBeLessThan(mean(totals.slice(0, 3)));

  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const measured = await evaluate({
    run,
    data,
    split: "val",
    metric: "coco",
    proposals,
    backend: "wasm",
    log,
  });
  expect(lines).toContain("No `segm`: the model has no mask head.");
  expect(measured.diagnostics).toEqual([]);
  expect(measured.value!.bbox!.AP).toBeGreaterThanOrEqual(0);
  const images = [join(data, "val/images/nuclei_r000_c384.png")];
  const found = await predict({ run, images, proposals, backend: "wasm" });
  expect(found.diagnostics).toEqual([]);
  expect(found.value!.images).toHaveLength(1);

  const codes = async (result: Promise<{ diagnostics: readonly { code: string }[] }>) =>
    (await result).diagnostics.map(({ code }) => code);
  expect(await codes(evaluate({ run, data, split: "val", metric: "coco", backend: "wasm" }))).toEqual([
    "train/proposals-wanted",
  ]);
});

test("an R-CNN learns too, whose regions are cut out of the image", async () => {
  const proposals = await writeProposals("crops.json");
  const totals: number[] = [];
  const onStep = ({ total }: { total: number }) => totals.push(total);
  const rcnn = { config: path("configs/rcnn-nuclei.rcnn"), proposals, onStep };
  const trained = await train({ ...options(rcnn), out: join(folder, "crops") });
  expect(trained.diagnostics).toEqual([]);
  expect(Math.max(...totals.slice(-3))).toBeLessThan(totals[0]!);
});

test.each([
  ["not JSON", "{", "data/proposals-json"],
  ["a list", "[]", "data/wrong-value"],
  ["an image without a list", '{ "a.png": 3 }', "data/wrong-value"],
  ["three numbers", '{ "a.png": [[1, 2, 3]] }', "data/wrong-value"],
  ["turned corners", '{ "a.png": [[5, 2, 3, 4]] }', "data/wrong-value"],
  ["images missing", "{}", "data/no-proposals"],
])("a file of boxes that is wrong is refused before a run is made: %s", async (name, text, code) => {
  const proposals = join(folder, `${name}.json`);
  await writeFile(proposals, text);
  const { diagnostics } = await train(options({ out: join(folder, "none"), proposals }) as never);
  expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code]);
});

test("a model with an RPN refuses a file of boxes, and a file that is not there is named", async () => {
  const rpn = path("configs/faster-rcnn-nuclei.rcnn");
  const refused = await train(
    options({ config: rpn, out: join(folder, "none"), proposals: "x.json" }) as never,
  );
  expect(refused.diagnostics.map(({ code }) => code)).toEqual(["train/proposals-unused"]);
  const missing = await train(
    options({ out: join(folder, "none"), proposals: join(folder, "x.json") }) as never,
  );
  expect(missing.diagnostics.map(({ code }) => code)).toEqual(["data/missing-file"]);
});
