/** Our losses, gradients and detections against torchvision's on the same weights and the same choices. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { differentiate } from "../../src/autodiff/differentiate.ts";
import { lowerPrediction, lowerTraining } from "../../src/components/lower.ts";
import { resolveFile } from "../../src/language.ts";
import { interpret } from "../../src/ops/interpret.ts";
import { holdSelections } from "../../src/passes/selections.ts";

interface Packed {
  readonly shape: readonly number[];
  readonly dtype: "f32" | "i32" | "u8";
  readonly data: string;
}
interface Fixture {
  readonly state: Record<string, Packed>;
  readonly images: readonly { pixels: Packed; boxes: Packed; labels: Packed; masks: Packed }[];
  readonly losses: Record<string, number>;
  readonly gradientNorm: number;
  readonly gradients: Record<string, Packed>;
  readonly running: Record<string, Packed>;
  readonly held: Record<string, readonly Packed[]>;
  readonly detections: readonly Record<"boxes" | "scores" | "labels" | "maskAreas", Packed>[];
}

const fixture: Fixture = JSON.parse(
  readFileSync(new URL("fixtures/torchvision-tiny.golden.json", import.meta.url), "utf8"),
);

function unpack({ dtype, data }: Packed): number[] {
  const bytes = Uint8Array.from(Buffer.from(data, "base64"));
  if (dtype === "u8") return [...bytes];
  return [...(dtype === "f32" ? new Float32Array(bytes.buffer) : new Int32Array(bytes.buffer))];
}

/** Uses in a block of ours, and the modules of torchvision's `BasicBlock`. */
const uses: Readonly<Record<string, string>> = {
  conv1: "conv1",
  norm1: "bn1",
  conv2: "conv2",
  norm2: "bn2",
  project: "downsample.0",
  projectNorm: "downsample.1",
};

/** Torch's name of each of our parameters. */
function torchName(name: string): string {
  const part = {
    filter: "weight",
    weights: "weight",
    bias: "bias",
    scale: "weight",
    offset: "bias",
    mean: "running_mean",
    variance: "running_var",
  };
  const [, path, last] = /^(.*)\.([^.]*)$/.exec(name)!;
  const map: [RegExp, string | ((...parts: string[]) => string)][] = [
    [/^backbone\.stem\.conv$/, "backbone.body.stem.0"],
    [/^backbone\.stem\.norm$/, "backbone.body.stem.1"],
    [
      /^backbone\.c(\d)\.(first|rest\[0\])\.(\w+)$/,
      (_, stage, block, use) =>
        `backbone.body.l${Number(stage) - 1}.${block === "first" ? 0 : 1}.${uses[use!]}`,
    ],
    [/^backbone\.l(\d)\.lateral$/, (_, level) => `backbone.fpn.inner_blocks.${Number(level) - 2}.0`],
    [/^backbone\.p(\d)\.smooth$/, (_, level) => `backbone.fpn.layer_blocks.${Number(level) - 2}.0`],
    [/^rpn\.head\.conv$/, "rpn.head.conv.0.0"],
    [/^rpn\.objectness$/, "rpn.head.cls_logits"],
    [/^rpn\.boxes$/, "rpn.head.bbox_pred"],
    [/^regions\.trunk\.(fc\d)$/, "roi_heads.box_head.$1"],
    [/^regions\.label$/, "roi_heads.box_predictor.cls_score"],
    [/^regions\.box$/, "roi_heads.box_predictor.bbox_pred"],
    [/^regions\.mask\.layers\.body\[(\d)\]\.conv$/, "roi_heads.mask_head.$1.0"],
    [/^regions\.mask\.layers\.deconv$/, "roi_heads.mask_predictor.conv5_mask"],
    [/^regions\.mask\.logits$/, "roi_heads.mask_predictor.mask_fcn_logits"],
  ];
  const [pattern, to] = map.find(([each]) => each.test(path!))!;
  return `${path!.replace(pattern, to as string)}.${part[last as keyof typeof part]}`;
}

/** From torch's layout to ours. */
function fromTorch(name: string, packed: Packed): number[] {
  const values = unpack(packed);
  const permute = (shape: readonly number[], order: readonly number[]) => {
    const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
    const out: number[] = [];
    const walk = (axis: number, offset: number): void => {
      if (axis === order.length) out.push(values[offset]!);
      else for (let i = 0; i < shape[order[axis]!]!; i++) walk(axis + 1, offset + i * strides[order[axis]!]!);
    };
    walk(0, 0);
    return out;
  };
  if (packed.shape.length === 4) return permute(packed.shape, [2, 3, 1, 0]);
  // The first dense layer reads flattened regions, channels first in torch and last here.
  if (name.includes("fc6.weight")) return permute([packed.shape[0]!, packed.shape[1]! / 49, 49], [2, 1, 0]);
  return packed.shape.length === 2 ? permute(packed.shape, [1, 0]) : values;
}

const side = 64;
const config = fileURLToPath(new URL("fixtures/tiny.rcnn", import.meta.url));
const model = (await resolveFile(config, {})).value!;
const bucket = { batch: 2, height: side, width: side, objects: 8, pixels: 2 * side * side };

function imageFeeds(): Record<string, number[]> {
  const images = new Array<number>(2 * side * side * 3).fill(99);
  fixture.images.forEach(({ pixels }, n) => {
    const [height, width] = pixels.shape as [number, number];
    const values = unpack(pixels);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width * 3; x++) images[(n * side + y) * side * 3 + x] = values[y * width * 3 + x]!;
  });
  return { images, imageSizes: fixture.images.flatMap(({ pixels }) => pixels.shape.slice(0, 2)) };
}

function truthFeeds(): Record<string, number[]> {
  const truthBoxes = new Array<number>(2 * 8 * 4).fill(0);
  const truthLabels = new Array<number>(2 * 8).fill(0);
  const truthOffsets = new Array<number>(2 * 8).fill(0);
  const truthCrops = new Array<number>(2 * 8 * 4).fill(0);
  const pixels: number[] = [];
  fixture.images.forEach(({ boxes, labels, masks }, n) => {
    const [count, height, width] = masks.shape as [number, number, number];
    const values = unpack(masks);
    unpack(boxes).forEach((value, index) => {
      truthBoxes[n * 32 + index] = value;
    });
    unpack(labels).forEach((value, index) => {
      truthLabels[n * 8 + index] = value;
    });
    for (let g = 0; g < count; g++) {
      truthOffsets[n * 8 + g] = pixels.length;
      truthCrops.splice((n * 8 + g) * 4, 4, 0, 0, width, height);
      pixels.push(...values.slice(g * height * width, (g + 1) * height * width));
    }
  });
  const truthPixels = [...pixels, ...new Array<number>(2 * side * side * 8 - pixels.length).fill(0)];
  return { truthBoxes, truthLabels, truthOffsets, truthCrops, truthPixels };
}

/** Torchvision's choices as the held selections of our graph. */
function heldFeeds(slots: (name: string) => readonly number[]): Record<string, number[]> {
  const padded = (name: string, of: (n: number) => number[], width = 1) => {
    const [, count] = slots(name) as [number, number];
    return [0, 1].flatMap((n) => {
      const values = of(n);
      return [...values, ...new Array<number>(count * width - values.length).fill(0)];
    });
  };
  const held = (key: string, n: number) => unpack(fixture.held[key]![n]!);
  const ones = (values: readonly number[]) => values.map(() => 1);
  // Torchvision keeps the matched box; its index is the truth with that box.
  const truthOf = (n: number) => {
    const matched = held("rpnMatched", n);
    const boxes = unpack(fixture.images[n]!.boxes);
    return held("rpnPositive", n).map((anchor) => {
      for (let g = 0; ; g++)
        if ([0, 1, 2, 3].every((c) => boxes[g * 4 + c] === matched[anchor * 4 + c])) return g;
    });
  };
  // Positives come first here.
  const order = (n: number) => {
    const labels = held("regionLabels", n);
    const rows = labels.map((_, row) => row);
    return [...rows.filter((row) => labels[row]! > 0), ...rows.filter((row) => labels[row] === 0)];
  };
  const region = (key: string, n: number, width: number) =>
    order(n).flatMap((row) => held(key, n).slice(row * width, (row + 1) * width));
  const s = "selection/";
  return {
    [`${s}rpnPositive.index`]: padded(`${s}rpnPositive.index`, (n) => held("rpnPositive", n)),
    [`${s}rpnPositive.valid`]: padded(`${s}rpnPositive.valid`, (n) => ones(held("rpnPositive", n))),
    [`${s}rpnNegative.index`]: padded(`${s}rpnNegative.index`, (n) => held("rpnNegative", n)),
    [`${s}rpnNegative.valid`]: padded(`${s}rpnNegative.valid`, (n) => ones(held("rpnNegative", n))),
    [`${s}rpnTruth.truth`]: padded(`${s}rpnTruth.truth`, truthOf),
    [`${s}regions.boxes`]: padded(`${s}regions.boxes`, (n) => region("regionBoxes", n, 4), 4),
    [`${s}regions.valid`]: padded(`${s}regions.valid`, (n) => ones(held("regionLabels", n))),
    [`${s}regions.labels`]: padded(`${s}regions.labels`, (n) => region("regionLabels", n, 1)),
    [`${s}regions.truth`]: padded(`${s}regions.truth`, (n) => region("regionTruth", n, 1)),
  };
}

const parameterFeeds = (names: readonly string[]) =>
  Object.fromEntries(
    names.map((name) => [name, fromTorch(torchName(name), fixture.state[torchName(name)]!)]),
  );

test("losses, gradients and running statistics are torchvision's, its samples held", () => {
  const graph = holdSelections(lowerTraining(model, { ...bucket, pixels: 2 * side * side * 8 }));
  const { value } = differentiate(graph, { loss: "loss" });
  const { graph: full, gradients } = value!;
  const outputs = [...gradients].map(([name, gradient]) => ({
    name: `gradient/${name}`,
    value: gradient,
    summary: "",
  }));
  const shapes = new Map(full.inputs.map((input) => [input.name, input.value.type.shape]));
  const feeds = {
    ...imageFeeds(),
    ...truthFeeds(),
    ...heldFeeds((name) => shapes.get(name)!),
    rpnNoise: new Array<number>(shapes.get("rpnNoise")?.reduce((a, b) => a * b, 1) ?? 0).fill(0),
    regionNoise: new Array<number>(shapes.get("regionNoise")?.reduce((a, b) => a * b, 1) ?? 0).fill(0),
    ...parameterFeeds(full.parameters.map(({ name }) => name)),
  };
  const got = interpret({ ...full, outputs: [...full.outputs, ...outputs] }, feeds);
  const names = {
    objectness: "loss_objectness",
    rpnBoxes: "loss_rpn_box_reg",
    label: "loss_classifier",
    box: "loss_box_reg",
    mask: "loss_mask",
  };
  for (const [ours, theirs] of Object.entries(names)) {
    expect(got.outputs[ours]!.data[0], ours).toBeCloseTo(fixture.losses[theirs]!, 4);
  }
  for (const name of gradients.keys()) {
    const torch = fromTorch(torchName(name), fixture.gradients[torchName(name)]!);
    const mine = got.outputs[`gradient/${name}`]!.data;
    const norm = Math.hypot(...torch);
    const error = Math.hypot(...torch.map((value, index) => value - mine[index]!));
    expect(error / (norm + 1e-4), name).toBeLessThan(2e-5);
  }
  for (const [name, packed] of Object.entries(fixture.running)) {
    const ours = full.parameters.find((parameter) => torchName(parameter.name) === name)!.name;
    unpack(packed).forEach((value, index) => {
      expect(got.updates[ours]!.data[index], ours).toBeCloseTo(value, 5);
    });
  }
});

test("detections are torchvision's", () => {
  const graph = lowerPrediction(model, bucket);
  const feeds = { ...imageFeeds(), ...parameterFeeds(graph.parameters.map(({ name }) => name)) };
  const { outputs } = interpret(graph, feeds);
  fixture.detections.forEach((detection, n) => {
    const scores = unpack(detection.scores);
    const valid = [...outputs.valid!.data].slice(n * 10, n * 10 + 10).filter((flag) => flag === 1).length;
    expect(valid).toBe(scores.length);
    scores.forEach((score, index) => {
      expect(outputs.scores!.data[n * 10 + index]).toBeCloseTo(score, 5);
      expect(outputs.labels!.data[n * 10 + index]).toBe(unpack(detection.labels)[index]);
    });
    unpack(detection.boxes).forEach((value, index) => {
      expect(outputs.boxes!.data[n * 40 + index]).toBeCloseTo(value, 3);
    });
  });
});
