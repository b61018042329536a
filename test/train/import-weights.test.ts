/** Weights that torchvision trained become a run that finds what torchvision finds, go back to the bit, and begin a training. */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { Detection } from "../../src/data/dataset.ts";
import { locateNative } from "../../src/runtime/native/locate.ts";
import { loadCheckpoint } from "../../src/train/checkpoint.ts";
import { evaluate } from "../../src/train/evaluate.ts";
import { exportWeights } from "../../src/train/export-weights.ts";
import { importWeights } from "../../src/train/import-weights.ts";
import { predict } from "../../src/train/predict.ts";
import { train } from "../../src/train/train.ts";
import { writeSafetensors } from "../../src/weights/safetensors.ts";
import { readTensor } from "../../src/weights/source-tensor.ts";
import { openWeights } from "../../src/weights/weight-file.ts";
import { temporaryFolder } from "../weights/temporary.ts";

const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const fixtures = "test/weights/fixtures";
const folder = temporaryFolder();
const seven = ["model.classes=7"];

const importTiny = (out: string, options: Partial<Parameters<typeof importWeights>[0]> = {}) =>
  importWeights({
    file: path(`${fixtures}/tiny.pth`),
    config: path(`${fixtures}/tiny.rcnn`),
    set: seven,
    out: join(folder.path, out),
    seed: 0,
    ...options,
  });

const codesOf = ({ diagnostics }: { readonly diagnostics: readonly { readonly code: string }[] }) => [
  ...new Set(diagnostics.map(({ code }) => code)),
];

interface Found {
  readonly file_name: string;
  readonly boxes: readonly (readonly number[])[];
  readonly scores: readonly number[];
  readonly labels: readonly number[];
  readonly mask_areas: readonly number[];
}
const golden: readonly Found[] = JSON.parse(readFileSync(path(`${fixtures}/tiny.golden.json`), "utf8"));
const backends = ["wasm", ...((await locateNative()) ? ["native"] : [])] as const;

test.each(backends)(
  "a model of seven classes detects on %s what torchvision detects",
  async (backend) => {
    const run = join(folder.path, `detect-${backend}`);
    const { value: report, diagnostics } = await importTiny(`detect-${backend}`);
    expect(diagnostics).toEqual([]);
    expect(report).toMatchObject({
      format: "torch (zip)",
      mapping: "torchvision-small",
      missing: {},
      unused: [],
    });
    const images = golden.map(({ file_name }) => path(`test/data/nuclei/val/images/${file_name}`));
    const found: (readonly Detection[])[] = [];
    const onPrediction = ({ detections }: { readonly detections: readonly Detection[] }) => {
      found.push(detections);
    };
    const predicted = await predict({ run, images, backend: backend as "wasm", onPrediction });
    expect(predicted.diagnostics).toEqual([]);
    golden.forEach(({ boxes, scores, labels, mask_areas }, index) => {
      const detections = found[index]!;
      expect(detections.map(({ category }) => category + 1)).toEqual(labels);
      detections.forEach(({ box, score, mask }, place) => {
        expect(Math.abs(score - scores[place]!)).toBeLessThan(2e-5);
        for (const side of [0, 1, 2, 3] as const)
          expect(Math.abs(box[side] - boxes[place]![side]!)).toBeLessThan(0.005);
        const area = mask!.counts.reduce((sum, count, run) => sum + (run % 2) * count, 0);
        expect(Math.abs(area - mask_areas[place]!)).toBeLessThanOrEqual(2);
      });
    });
  },
  120_000,
);

test("what an export writes is what torch wrote, and comes back to the bit", async () => {
  await importTiny("first");
  const file = join(folder.path, "tiny.safetensors");
  const { value } = await exportWeights({ run: join(folder.path, "first"), out: file });
  expect(value!.mapping).toBe("torchvision-small");
  const [theirs, ours] = [await openWeights(path(`${fixtures}/tiny.pth`)), await openWeights(file)];
  expect([...ours.value!.tensors.keys()].sort()).toEqual([...theirs.value!.tensors.keys()].sort());
  for (const [name, tensor] of theirs.value!.tensors) {
    const mine = ours.value!.tensors.get(name)!;
    expect([mine.shape, mine.storage.dtype], name).toEqual([tensor.shape, tensor.storage.dtype]);
    if (!name.endsWith("num_batches_tracked"))
      expect(await readTensor(mine), name).toEqual(await readTensor(tensor));
  }
  await theirs.value!.close();
  await ours.value!.close();
  expect((await importTiny("second", { file })).diagnostics).toEqual([]);
  const states = await Promise.all(["first", "second"].map((run) => loadCheckpoint(join(folder.path, run))));
  expect(states[1]!.value!.state).toEqual(states[0]!.value!.state);
});

test("another number of classes is named for each last layer, with the one that fits", async () => {
  const result = await importTiny("classes", { set: [] });
  expect(codesOf(result)).toEqual(["weights/shape"]);
  expect(result.diagnostics).toHaveLength(6);
  expect(result.diagnostics[0]!.message).toContain("[8, 12]");
  expect(result.diagnostics[0]!.message).toContain("`--set model.classes=7`");
});

test("what the file does not have is an error, or keeps its initial values where that is asked", async () => {
  const set = [...seven, "model.regions.trunk=twoDense(12) -> dense(12) as more -> relu"];
  expect(codesOf(await importTiny("missing", { set }))).toEqual(["weights/missing"]);
  const { value, diagnostics } = await importTiny("missing", { set, partial: true });
  expect(diagnostics).toEqual([]);
  expect(Object.keys(value!.missing)).toEqual(["regions.trunk.more.weights", "regions.trunk.more.bias"]);
});

test("tensors that have no place are a warning", async () => {
  const config = folder.write(
    "boxes.rcnn",
    `use "faster-rcnn-nuclei"
model boxes extends faster_rcnn_nuclei {
  backbone = smallResnet(4, count = 1) -> fpn3(6)
  regions { pool = roiAlign(7x7, sampling = 2, aligned = false)  trunk = twoDense(12) }
}
`,
  );
  const result = await importTiny("boxes", { config });
  expect(codesOf(result)).toEqual(["weights/unused"]);
  expect(result.value!.unused).toHaveLength(6);
});

test("other pixels than the weights were trained with are an error with both places", async () => {
  const { value, diagnostics } = await importTiny("pixels", { set: [...seven, "input.normalize=caffe"] });
  expect(value).toBeUndefined();
  const [{ code, span, related }] = diagnostics as [(typeof diagnostics)[number]];
  expect(code).toBe("weights/trained-otherwise");
  expect(span!.source.name).toBe("--set[1]");
  expect(related![0]!.span.source.name).toMatch(/torchvision-small\.json$/);
  const [, fix] = /Write `(.*)`\.$/.exec(diagnostics[0]!.message)!;
  expect(
    (await importTiny("pixels", { set: [...seven, "input.normalize=caffe", fix!] })).diagnostics,
  ).toEqual([]);
});

test("a file that says its epsilon is held to it", async () => {
  await importTiny("own");
  const run = join(folder.path, "own");
  const { value } = await loadCheckpoint(run);
  expect(value!.manifest.trainedWith).toMatchObject({ epsilon: 1e-5, input: { order: "rgb" } });
  const set = [
    ...seven,
    "model.backbone=smallResnet(4, count = 1, norm = batchNorm(epsilon = 1e-3)) -> fpn3(6)",
  ];
  const file = join(run, "checkpoints", value!.manifest.file);
  const result = await importTiny("other", { file, set });
  expect(codesOf(result)).toEqual(["weights/trained-otherwise"]);
  expect(result.diagnostics[0]!.message).toContain("`backbone.stem.norm`");
});

const small = JSON.parse(readFileSync(path("configs/weights/torchvision-small.json"), "utf8"));

test("a published file is known by its content, and its epsilon is that of the config or an error", async () => {
  const bytes = readFileSync(path(`${fixtures}/tiny.pth`));
  const digits = createHash("sha256").update(bytes).digest("hex").slice(0, 8);
  const published = { [digits]: { file: "tiny.pth", epsilon: 0 } };
  const mapping = folder.write("mapping.json", JSON.stringify({ ...small, published }, null, 2));
  const { diagnostics } = await importTiny("published", { mapping });
  expect(diagnostics[0]!.code).toBe("weights/trained-otherwise");
  expect(diagnostics[0]!.message).toContain("`tiny.pth`");
  expect(diagnostics[0]!.message).toContain("Write `norm = batchNorm(epsilon = 0)`.");
  expect(diagnostics[0]!.span!.source.name).toMatch(/\.rcnn$/);
  expect(diagnostics[0]!.related![0]!.span.source.name).toBe(mapping);
  const norm = "model.backbone=smallResnet(4, count = 1, norm = frozenBatchNorm(epsilon = 0)) -> fpn3(6)";
  const fits = await importTiny("published", { mapping, set: [...seven, norm] });
  expect(fits.diagnostics).toEqual([]);
  expect(fits.value!.trainedWith.epsilon).toBe(0);
});

test("the pixels that tensors of a file tell stand above those of its mapping", async () => {
  const { value } = await openWeights(path(`${fixtures}/tiny.pth`));
  const entries = [...value!.tensors].map(async ([name, tensor]) => {
    const data = await readTensor(tensor);
    return [name, { dtype: "f32", shape: tensor.shape, data }] as const;
  });
  const own = Object.fromEntries(await Promise.all(entries));
  await value!.close();
  const three = (values: readonly number[]) =>
    ({ dtype: "f32", shape: [3, 1, 1], data: Float32Array.from(values) }) as const;
  const pixels = { mean: "pixel_mean", deviation: "pixel_std" };
  const ignore = [...small.ignore, "pixel_*"];
  const mapping = folder.write("pixels.json", JSON.stringify({ ...small, pixels, ignore }));
  const write = (mean: readonly number[]) =>
    folder.write(
      "pixels.safetensors",
      writeSafetensors({ ...own, pixel_mean: three(mean), pixel_std: three([0.229, 0.224, 0.225]) }),
    );
  const same = await importTiny("told", { file: write([0.485, 0.456, 0.406]), mapping });
  expect(same.diagnostics).toEqual([]);
  const other = await importTiny("told", { file: write([0.5, 0.5, 0.5]), mapping });
  expect(codesOf(other)).toEqual(["weights/trained-otherwise"]);
  expect(other.diagnostics[0]!.message).toContain("`pixel_mean`");
});

test("a model that is no counterpart of another program's has no names to be exported under", async () => {
  const set = [...seven, "model.regions.trunk=twoDense(12) -> dense(12) as more -> relu"];
  await importTiny("nameless", { set, partial: true });
  const run = join(folder.path, "nameless");
  const result = await exportWeights({ run, out: join(folder.path, "no.safetensors") });
  expect(codesOf(result)).toEqual(["weights/nameless"]);
  expect(result.diagnostics[0]!.message).toContain("`regions.trunk.more.weights`");
  const out = join(folder.path, "own.safetensors");
  expect((await exportWeights({ run, out, mapping: "rcnn" })).diagnostics).toEqual([]);
  expect((await importTiny("back", { set, file: out })).value!.mapping).toBe("rcnn");
});

test("numbers that are not finite are named", async () => {
  const bytes = readFileSync(path(`${fixtures}/tiny.pth`));
  const { value } = await openWeights(path(`${fixtures}/tiny.pth`));
  const wanted = await readTensor(value!.tensors.get("roi_heads.box_head.fc7.weight")!);
  await value!.close();
  const at = bytes.indexOf(Buffer.from(wanted.buffer, wanted.byteOffset, wanted.byteLength));
  expect(at).toBeGreaterThan(0);
  bytes.writeFloatLE(Number.NaN, at + 8);
  bytes.writeFloatLE(Number.NEGATIVE_INFINITY, at + 16);
  const file = join(folder.path, "nan.pth");
  writeFileSync(file, bytes);
  const result = await importTiny("nan", { file });
  expect(codesOf(result)).toEqual(["weights/not-finite"]);
  expect(result.diagnostics[0]!.message).toContain("`roi_heads.box_head.fc7.weight`");
  expect(result.diagnostics[0]!.message).toContain("2 of 144");
});

test("a file of another model is shown by its names", async () => {
  const result = await importTiny("other", { file: path(`${fixtures}/small.pth`) });
  expect(codesOf(result)).toEqual(["weights/nothing-fits"]);
  expect(result.diagnostics[0]!.message).toContain("`plain`, `turned`");
});

test("classes are called as a list or a COCO file says, and that is kept with the weights", async () => {
  const names = ["a", "b", "c", "d", "e", "f", "g"];
  const list = folder.write("names.json", JSON.stringify(names));
  expect((await importTiny("named", { categories: list })).diagnostics).toEqual([]);
  const { value } = await loadCheckpoint(join(folder.path, "named"));
  expect(value!.manifest.trainedWith!.categories!.map(({ name }) => name)).toEqual(names);
  const coco = path("test/data/nuclei/val/instances.json");
  expect(codesOf(await importTiny("conflict", { categories: coco }))).toEqual(["model/classes-conflict"]);
  const file = folder.write("bad.json", "{}");
  expect(codesOf(await importTiny("bad", { categories: file }))).toEqual(["weights/categories"]);
});

test("a run whose classes have no names is measured by those of a data set, where there is one for each", async () => {
  await importTiny("unnamed", { set: [], partial: true });
  const data = { data: path("test/data/nuclei"), split: "val", metric: "coco", backend: "wasm" } as const;
  const { value, diagnostics } = await evaluate({ run: join(folder.path, "unnamed"), ...data });
  expect(diagnostics).toEqual([]);
  expect(value!.bbox).toHaveProperty("AP");
  await importTiny("seven");
  const refused = await evaluate({ run: join(folder.path, "seven"), ...data });
  expect(codesOf(refused)).toEqual(["train/category-mismatch"]);
}, 120_000);

test("a training begins with what matches, and says what does not", async () => {
  const reports: string[][] = [];
  const options = {
    config: path(`${fixtures}/tiny.rcnn`),
    data: path("test/data/nuclei"),
    set: ["train.rate=1e-30", "train.freezeStatistics=true"],
    steps: 1,
    batch: 1,
    seed: 3,
    backend: "wasm",
    init: path(`${fixtures}/tiny.pth`),
    out: join(folder.path, "trained"),
    onInit: (report: { readonly misshapen: object }) => reports.push(Object.keys(report.misshapen)),
  } as const;
  const { diagnostics } = await train(options);
  expect(diagnostics).toEqual([]);
  expect(reports).toHaveLength(1);
  expect(reports[0]).toHaveLength(6);
  expect(reports[0]!.every((name) => /^regions\.(label|box|mask\.logits)\./.test(name))).toBe(true);
  await importTiny("begin");
  const [begun, trained] = await Promise.all(
    ["begin", "trained"].map(async (run) => (await loadCheckpoint(join(folder.path, run))).value!.state),
  );
  expect(trained!["regions.trunk.fc7.weights"]).toEqual(begun!["regions.trunk.fc7.weights"]);
  const refused = await train({
    ...options,
    set: ["input.normalize=caffe"],
    out: join(folder.path, "refused"),
  });
  expect(codesOf(refused)).toEqual(["weights/trained-otherwise"]);
  // A run may be given in place of a file.
  const again = await train({ ...options, init: options.out, out: join(folder.path, "again") });
  expect(again.diagnostics).toEqual([]);
  expect(reports.at(-1)).toEqual([]);
}, 120_000);
