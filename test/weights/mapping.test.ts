/** Mappings that ship name every parameter of their models as the other program does, and break no rule of their schema. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import fc from "fast-check";
import { expect, test } from "vitest";
import { resolveFile } from "../../src/language.ts";
import { parametersOf } from "../../src/train/parameters.ts";
import { foreignShape, fromForeign, toForeign } from "../../src/weights/convert.ts";
import type { Mapping } from "../../src/weights/mapping.ts";
import { mappingSchema } from "../../src/weights/mapping-schema.ts";
import { foreignLayers, foreignNames, isOfKind, matchWeights } from "../../src/weights/match.ts";
import { mappingsFor, readMapping, shippedMappings } from "../../src/weights/read-mapping.ts";
import { type Outputs, type Slot, slotsOf } from "../../src/weights/slots.ts";
import { bytesStorage, elementsOf, makeTensor } from "../../src/weights/source-tensor.ts";
import { fillTemplate, findNumbers } from "../../src/weights/template.ts";
import { temporaryFolder } from "./temporary.ts";

const folder = temporaryFolder();
const path = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const shipped = (await shippedMappings()).value!;
const named = (name: string): Mapping => shipped.find((mapping) => mapping.name === name)!;

async function slotsFor(config: string, set: readonly string[] = []): Promise<readonly Slot[]> {
  const { value, diagnostics } = await resolveFile(path(`configs/${config}.rcnn`), { set });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return slotsOf(value!, parametersOf(value!));
}

test("the schema of mappings is that of grammar/weights.schema.json, and a schema", async () => {
  expect(new Ajv().validateSchema(mappingSchema)).toBe(true);
  await expect(`${JSON.stringify(mappingSchema, null, 2)}\n`).toMatchFileSnapshot(
    path("grammar/weights.schema.json"),
  );
});

test("every mapping that ships is read, under the name of its file", () => {
  expect(shipped.length).toBeGreaterThan(5);
  for (const { name, source } of shipped) expect(source.name.endsWith(`/${name}.json`)).toBe(true);
});

test("the classes of published weights are COCO's, by their ids", () => {
  const { categories } = named("torchvision").published.bf2d0c1e!;
  expect(categories).toHaveLength(80);
  expect(categories!.find(({ id }) => id === 44)!.name).toBe("bottle");
  expect(categories!.at(-1)).toEqual({ id: 90, name: "toothbrush" });
});

const digests: Readonly<Record<string, { count: number; sha256: string }>> = JSON.parse(
  readFileSync(path("test/weights/fixtures/torchvision-names.golden.json"), "utf8"),
);

/** Lines `name [shape]` of the state that an export of `slots` writes. */
function exported(slots: readonly Slot[], mapping: Mapping): string[] {
  const counters = slots.flatMap((slot) => {
    const suffix = slot.part === "scale" ? mapping.counters[slot.layer ?? ""] : undefined;
    return suffix === undefined ? [] : [`${foreignLayers(slot, mapping)[0]}${suffix} []`];
  });
  const lines = slots.map(
    (slot) => `${foreignNames(slot, mapping)[0]} [${foreignShape(slot, mapping).join(", ")}]`,
  );
  return [...lines, ...counters].sort();
}

test.each(Object.keys(digests))("%s has torchvision's names and shapes, all of them", async (config) => {
  const slots = await slotsFor(`torchvision/${config}`);
  const mapping = shipped.find((each) => each.exports && isOfKind(slots, each))!;
  const lines = exported(slots, mapping);
  const sha256 = createHash("sha256").update(lines.join("\n")).digest("hex");
  expect({ count: lines.length, sha256 }).toEqual(digests[config]);
});

/** A file with a tensor for each name that a model's parameters may have, of the right shape and no numbers. */
function fileOf(
  slots: readonly Slot[],
  mapping: Mapping,
  pick: (names: readonly string[]) => string | undefined,
) {
  return new Map(
    slots.flatMap((slot) => {
      const name = pick(foreignNames(slot, mapping));
      const shape = foreignShape(slot, mapping);
      const storage = { ...bytesStorage("f32", new Uint8Array(0)), count: elementsOf(shape) };
      const tensor = makeTensor(storage, shape);
      if (typeof tensor === "string") throw new Error(tensor);
      return name === undefined ? [] : [[name, tensor] as const];
    }),
  );
}

test.each([
  ["detectron2", "detectron2/mask_rcnn_R_50_FPN_1x"],
  ["detectron2", "detectron2/mask_rcnn_R_50_C4_1x"],
  ["detectron2", "detectron2/mask_rcnn_R_50_DC5_1x"],
  ["detectron2", "detectron2/mask_rcnn_R_101_FPN_3x"],
  ["detectron2-resnext", "detectron2/mask_rcnn_X_101_32x8d_FPN_3x"],
  ["caffe2", "detectron2/mask_rcnn_R_50_FPN_1x"],
  ["caffe2", "detectron2/mask_rcnn_R_101_C4_3x"],
])("%s names every parameter of %s once", async (name, config) => {
  const mapping = named(name);
  const slots = await slotsFor(config);
  const file = fileOf(slots, mapping, (names) => names[0]);
  const { matched, constant, missing, misshapen, unused } = matchWeights(slots, file, mapping);
  expect([missing.map(({ slot }) => slot.name), misshapen, unused]).toEqual([[], [], []]);
  expect(matched.length + constant.length).toBe(slots.length);
  expect(new Set(matched.map((each) => each.name)).size).toBe(matched.length);
});

test("Detectron2's names, as its own model has them", async () => {
  const slots = await slotsFor("detectron2/mask_rcnn_R_50_FPN_1x");
  const names = new Map(slots.map((slot) => [slot.name, foreignNames(slot, named("detectron2"))[0]]));
  expect(names.get("backbone.stem.norm.mean")).toBe("backbone.bottom_up.stem.conv1.norm.running_mean");
  expect(names.get("backbone.c4.rest[4].conv3.filter")).toBe("backbone.bottom_up.res4.5.conv3.weight");
  expect(names.get("backbone.c2.first.projectNorm.scale")).toBe(
    "backbone.bottom_up.res2.0.shortcut.norm.weight",
  );
  expect(names.get("regions.trunk.fc6.weights")).toBe("roi_heads.box_head.fc1.weight");
  expect(names.get("regions.mask.logits.bias")).toBe("roi_heads.mask_head.predictor.bias");
  const caffe2 = new Map(slots.map((slot) => [slot.name, foreignNames(slot, named("caffe2"))[0]]));
  expect(caffe2.get("backbone.stem.norm.offset")).toBe("res_conv1_bn_b");
  expect(caffe2.get("backbone.c4.rest[4].conv3.filter")).toBe("res4_5_branch2c_w");
  expect(caffe2.get("backbone.l5.lateral.bias")).toBe("fpn_inner_res5_2_sum_b");
});

test.each([
  ["torchvision-imagenet-resnet", "torchvision/maskrcnn_resnet50_fpn", 265],
  ["torchvision-imagenet-resnet", "torchvision/fasterrcnn_resnet50_c4", 265],
  ["torchvision-imagenet-vgg16", "faster-rcnn-vgg16", 30],
  ["torchvision-imagenet-mobilenet", "torchvision/fasterrcnn_mobilenet_v3_large_fpn", 262],
  ["caffe2", "detectron2/faster_rcnn_R_50_FPN_1x", 265],
  ["detectron2-imagenet", "detectron2/faster_rcnn_R_50_FPN_1x", 265],
])("%s gives %s a backbone of %i parameters", async (name, config, count) => {
  const slots = await slotsFor(config);
  const trunk = config.endsWith("c4") || config.includes("vgg");
  const part = slots.filter(({ path: layer }) => layer.startsWith("backbone") || trunk);
  const isPyramid = ({ path: layer }: Slot) =>
    /^backbone\.[lp]\d/.test(layer) || layer.startsWith("backbone.p5start");
  const file = fileOf(
    part.filter((slot) => !isPyramid(slot)),
    named(name),
    (names) => names[0],
  );
  const { matched, constant, misshapen } = matchWeights(slots, file, named(name));
  expect([matched.length + constant.length, misshapen]).toEqual([count, []]);
});

test("normalization that is a scale and an offset keeps its results whatever the epsilon", async () => {
  const slots = await slotsFor("detectron2/faster_rcnn_R_50_FPN_1x");
  const file = fileOf(slots, named("caffe2"), (names) => names[0]);
  const { constant } = matchWeights(slots, file, named("caffe2"));
  expect(constant.find(({ slot }) => slot.name === "backbone.stem.norm.variance")!.value).toBe(1 - 1e-5);
  expect(constant.find(({ slot }) => slot.name === "backbone.stem.norm.mean")!.value).toBe(0);
});

const layouts = fc.record({
  filter: fc.constantFrom("OIHW", "HWIO", "OHWI"),
  deconv: fc.constantFrom("IOHW", "HWOI"),
  dense: fc.constantFrom("OI", "IO"),
  flatten: fc.constantFrom("CHW", "HWC", "WCH"),
});
const places = fc.constantFrom("first", "last", "none");
const classOutputs = fc.record({
  kind: fc.constant("classes" as const),
  head: fc.constantFrom("label", "boxes", "masks"),
  classes: fc.integer({ min: 1, max: 4 }),
  background: places,
  each: fc.constantFrom(1, 4),
});
const anchorOutputs = fc.record({
  kind: fc.constant("anchors" as const),
  sizes: fc.integer({ min: 1, max: 3 }),
  ratios: fc.integer({ min: 1, max: 3 }),
  each: fc.constantFrom(1, 2, 4),
});

function slotFor(kind: Slot["kind"], outputs: Outputs | undefined, flat: boolean): Slot {
  const count =
    outputs?.kind === "classes"
      ? (outputs.classes + (outputs.background === "none" ? 0 : 1)) * outputs.each
      : outputs
        ? outputs.sizes * outputs.ratios * outputs.each
        : 5;
  const region = { channels: 2, height: 3, width: 4 };
  const shapes = {
    filter: [2, 3, 3, count],
    deconv: [2, 3, count, 3],
    dense: [flat ? 24 : 3, count],
    vector: [count],
  };
  const names = { name: "a.b", path: "a", part: "b", layer: undefined, epsilon: undefined };
  return {
    ...names,
    kind,
    shape: shapes[kind],
    outputs,
    flattened: flat && kind === "dense" ? region : undefined,
  };
}

test("a layout and its way back are the identity, for all that a file has", () => {
  fc.assert(
    fc.property(
      layouts,
      fc.constantFrom<Slot["kind"]>("filter", "deconv", "dense", "vector"),
      fc.option(fc.oneof(classOutputs, anchorOutputs), { nil: undefined }),
      fc.boolean(),
      fc.record({ label: places, boxes: places, masks: places }),
      fc.constantFrom("ratiosFirst" as const, "sizesFirst" as const),
      (layout, kind, outputs, flat, background, anchors) => {
        const slot = slotFor(kind, outputs, flat);
        const mapping = { ...shipped[0]!, layout, background, anchors };
        const values = Float32Array.from({ length: elementsOf(slot.shape) }, (_, index) => index + 1);
        const there = toForeign(values, slot, mapping);
        expect(there.length).toBe(elementsOf(foreignShape(slot, mapping)));
        const back = fromForeign(there, slot, mapping);
        const isLossless =
          outputs?.kind !== "classes" || outputs.background === "none" || background[outputs.head] !== "none";
        if (isLossless) expect(back).toEqual(values);
        else expect(new Set(back)).toEqual(new Set([0, ...there]));
      },
    ),
    { numRuns: 400 },
  );
});

test("the first dense layer reads a flattened region channels last here and first in torch", () => {
  const slot = { ...slotFor("dense", undefined, true), shape: [24, 1] };
  // Torch's input (c, y, x) is number c * 12 + y * 4 + x.
  const theirs = Float32Array.from({ length: 24 }, (_, index) => index);
  const ours = fromForeign(theirs, slot, named("torchvision"));
  for (let y = 0; y < 3; y++)
    for (let x = 0; x < 4; x++)
      for (let c = 0; c < 2; c++) expect(ours[(y * 4 + x) * 2 + c]).toBe(c * 12 + y * 4 + x);
});

test("the background of Detectron2 is last among the classes, and has no box", () => {
  const outputs = { kind: "classes", head: "label", classes: 2, background: "first", each: 1 } as const;
  const label = slotFor("vector", outputs, false);
  expect([...fromForeign(Float32Array.of(10, 20, 99), label, named("detectron2"))]).toEqual([99, 10, 20]);
  const boxes = slotFor("vector", { ...outputs, head: "boxes", each: 4 }, false);
  const two = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  expect([...fromForeign(two, boxes, named("detectron2"))]).toEqual([0, 0, 0, 0, ...two]);
});

test("templates compute", () => {
  const numbers = findNumbers("a.c{stage}.rest[{i}].conv", "a.c4.rest[11].conv")!;
  expect(numbers).toEqual({ stage: 4, i: 11 });
  expect(fillTemplate("l{stage-1}.{i+1}.{i*2+5}.{i}", numbers)).toBe("l3.12.27.11");
  expect(findNumbers("a.c{stage}", "axc4")).toBeUndefined();
  expect(findNumbers("a.c{stage}", "a.c4.more")).toBeUndefined();
});

test.each<[string, unknown, string]>([
  ["no JSON", "{", "not JSON"],
  ["no layers", { name: "a", summary: "" }, "lacks the key `layers`"],
  ["an unknown key", { name: "a", summary: "", layers: { b: "c" }, layer: {} }, "`layer`"],
  [
    "a layout with an axis twice",
    { name: "a", summary: "", layers: { b: "c" }, layout: { filter: "OOHW" } },
    "/layout/filter",
  ],
  ["a number that no pattern finds", { name: "a", summary: "", layers: { "b{i}": "c{j}" } }, "`{j}`"],
])("a mapping with %s is refused", async (_, content, words) => {
  const file = folder.write("mapping.json", typeof content === "string" ? content : JSON.stringify(content));
  const { diagnostics } = await readMapping(file);
  expect(diagnostics.map(({ code }) => code)).toEqual(["weights/mapping"]);
  expect(diagnostics[0]!.message).toContain(words);
});

test("a mapping is taken by its name or its path, and a name near it is proposed", async () => {
  expect((await mappingsFor("caffe2")).value).toHaveLength(1);
  expect((await mappingsFor(path("configs/weights/caffe2.json"))).value![0]!.name).toBe("caffe2");
  const { diagnostics } = await mappingsFor("torchvison");
  expect(diagnostics[0]!.code).toBe("weights/unknown-mapping");
  expect(diagnostics[0]!.message).toContain("did you mean `torchvision`");
});

test("the mapping that docs/weights.md shows is one", async () => {
  const [, text] = /<!-- mapping -->\n```json\n([\s\S]*?)```/.exec(
    readFileSync(path("docs/weights.md"), "utf8"),
  )!;
  const { value, diagnostics } = await readMapping(folder.write("shown.json", text!));
  expect(diagnostics).toEqual([]);
  const slots = await slotsFor("mask-rcnn-nuclei");
  const names = new Map(slots.map((slot) => [slot.name, foreignNames(slot, value!)]));
  expect(names.get("backbone.c3.rest[0].conv2.filter")).toEqual(["net.blocks.1.1.conv2.weight"]);
  expect(names.get("regions.label.bias")).toEqual(["head.score.bias", "head.cls.bias"]);
});
