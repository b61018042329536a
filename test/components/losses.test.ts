/** Every loss and its gradient against torch's and torchvision's. */
import { expect, test } from "vitest";
import { differentiate } from "../../src/autodiff/differentiate.ts";
import { lossOfBoxes, overlapLoss } from "../../src/components/box-loss.ts";
import { losses } from "../../src/components/loss-catalog.ts";
import {
  binaryCrossEntropy,
  focal,
  hinge,
  smoothL1,
  softmaxCrossEntropy,
} from "../../src/components/losses.ts";
import type { Value } from "../../src/ir/types.ts";
import { type Builder, createBuilder } from "../../src/ops/builder.ts";
import { interpret } from "../../src/ops/interpret.ts";
import cases from "./fixtures/losses.golden.json" with { type: "json" };

interface Case {
  readonly loss: string;
  readonly attributes: { readonly alpha?: number; readonly gamma?: number; readonly beta?: number };
  readonly shape: readonly number[];
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly weight: readonly number[];
  readonly gradient: readonly number[];
  readonly targets?: readonly number[];
  readonly labels?: readonly number[];
  readonly truths?: readonly number[];
}

const zero = { kind: "constant", value: 0 } as const;

function lossOf(b: Builder, { loss, attributes, shape, targets, labels, truths }: Case, x: Value): Value {
  const wanted = () => b.constant(targets!, "f32", shape);
  switch (loss) {
    case "binaryCrossEntropy":
      return binaryCrossEntropy(b, x, wanted());
    case "focal":
      return focal(b, x, wanted(), { alpha: attributes.alpha!, gamma: attributes.gamma! });
    case "hinge":
      return hinge(b, x, wanted());
    case "softmaxCrossEntropy":
      return softmaxCrossEntropy(b, x, b.constant(labels!, "i32", [labels!.length]));
    case "smoothL1":
      return smoothL1(b, x, attributes.beta!);
    case "l1":
      return smoothL1(b, x, 0);
    default:
      return overlapLoss(b, loss as "iou" | "giou" | "diou" | "ciou", x, b.constant(truths!, "f32", shape));
  }
}

test.each(cases as readonly Case[])("$loss $attributes and its gradient are torch's", (each) => {
  const b = createBuilder("loss");
  const x = b.parameter("x", "weight", each.shape, zero);
  const y = lossOf(b, each, x);
  b.output("y", y, "each");
  const flat = b.reshape(y, { shape: [each.y.length] });
  const weighted = b.mul(flat, b.constant(each.weight, "f32", [each.weight.length]));
  b.output("loss", b.sum(weighted, { axes: [0], keepDims: false }), "sum");
  const { graph, gradients } = differentiate(b.build(), { loss: "loss" }).value!;
  const output = { name: "gradient", value: gradients.get("x")!, summary: "" };
  const { outputs } = interpret({ ...graph, outputs: [...graph.outputs, output] }, { x: each.x });
  const close = (got: ArrayLike<number>, wanted: readonly number[]) =>
    wanted.forEach((value, index) => {
      expect(Math.abs(got[index]! - value)).toBeLessThan(2e-5 * Math.max(1, Math.abs(value)));
    });
  close(outputs.y!.data, each.y);
  close(outputs.gradient!.data, each.gradient);
});

test("every loss of the catalogue is held to torch, the mask's as the binary one", () => {
  const held = new Set([...cases.map(({ loss }) => loss), "sigmoidCrossEntropy"]);
  expect(held).toEqual(new Set(Object.keys(losses)));
});

test.each(["iou", "giou", "diou", "ciou", "l1"] as const)(
  "padded boxes give %s no gradient that is not a number",
  (kind) => {
    const b = createBuilder("loss");
    const deltas = b.parameter("deltas", "weight", [2, 4], zero);
    const boxes = b.constant([10, 10, 30, 40, 0, 0, 0, 0], "f32", [2, 4]);
    const truths = b.constant([12, 8, 35, 44, 0, 0, 0, 0], "f32", [2, 4]);
    const valid = b.constant([1, 0], "bool", [2, 1]);
    const coder = { weights: [10, 10, 5, 5], clamp: Math.log(1000 / 16) } as const;
    const each = lossOfBoxes(b, { loss: { kind }, coder }, { deltas, boxes, truths, valid });
    b.output("loss", b.sum(b.select(valid, each, 0), { axes: [0, 1], keepDims: false }), "sum");
    const { graph, gradients } = differentiate(b.build(), { loss: "loss" }).value!;
    const output = { name: "gradient", value: gradients.get("deltas")!, summary: "" };
    const { outputs } = interpret({ ...graph, outputs: [output] }, { deltas: new Float32Array(8) });
    const gradient = [...outputs.gradient!.data];
    expect(gradient.every(Number.isFinite)).toBe(true);
    expect(gradient.slice(0, 4).some((value) => value !== 0)).toBe(true);
    expect(gradient.slice(4)).toEqual([0, 0, 0, 0]);
  },
);
