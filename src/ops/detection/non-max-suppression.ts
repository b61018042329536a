/** nonMaxSuppression: greedy choice of high-scoring boxes that overlap little. */
import { printType, sameShape } from "../../ir/tensor-type.ts";
import type { TensorType } from "../../ir/types.ts";
import { constrain, type Op, type TensorData, type TensorflowRef, type TensorflowWriter } from "../define.ts";

type Limits = {
  readonly overlap: number;
  readonly count: number;
  readonly minimumScore: number;
};

type Numbers = TensorData["data"];

/** Intersection over union of the boxes whose first coordinates stand at `a` and `b`; 0 where either has no area. */
function intersectionOverUnion(boxes: Numbers, a: number, b: number): number {
  const width = Math.min(boxes[a + 2]!, boxes[b + 2]!) - Math.max(boxes[a]!, boxes[b]!);
  const height = Math.min(boxes[a + 3]!, boxes[b + 3]!) - Math.max(boxes[a + 1]!, boxes[b + 1]!);
  const areaA = (boxes[a + 2]! - boxes[a]!) * (boxes[a + 3]! - boxes[a + 1]!);
  const areaB = (boxes[b + 2]! - boxes[b]!) * (boxes[b + 3]! - boxes[b + 1]!);
  if (width <= 0 || height <= 0 || areaA <= 0 || areaB <= 0) return 0;
  return (width * height) / (areaA + areaB - width * height);
}

function suppressRow(boxes: Numbers, scores: Numbers, limits: Limits, chosen: Numbers): number {
  const candidates = Array.from(scores.keys())
    .filter((i) => scores[i]! > limits.minimumScore)
    .sort((i, j) => scores[j]! - scores[i]! || i - j);
  let count = 0;
  for (const candidate of candidates) {
    if (count === limits.count) break;
    let free = true;
    // The last chosen lie nearest in score and, in practice, in place.
    for (let i = count - 1; i >= 0 && free; i--)
      free = intersectionOverUnion(boxes, 4 * candidate, 4 * chosen[i]!) <= limits.overlap;
    if (free) chosen[count++] = candidate;
  }
  return count;
}

function suppressNatively(
  writer: TensorflowWriter,
  boxes: readonly TensorflowRef[],
  scores: readonly TensorflowRef[],
  { overlap, count, minimumScore }: Limits,
): readonly TensorflowRef[] {
  const limits = [
    writer.constant("i32", [], [count]),
    writer.constant("f32", [], [overlap]),
    writer.constant("f32", [], [minimumScore]),
  ];
  const rows = boxes.map((box, row) =>
    writer.node(
      "NonMaxSuppressionV4",
      [box, scores[row]!, ...limits],
      { T: { type: "f32" }, T_threshold: { type: "f32" }, pad_to_max_output_size: { bool: true } },
      2,
    ),
  );
  const pack = (output: number) =>
    writer.node(
      "Pack",
      rows.map((row) => row[output]!),
      {
        N: { int: rows.length },
        T: { type: "i32" },
        axis: { int: 0 },
      },
    );
  return [...pack(0), ...pack(1)];
}

/** Greedy non-maximum suppression, B rows of n boxes each, as torchvision's `nms` and TensorFlow's `NonMaxSuppressionV4`. */
export const nonMaxSuppression: Op<readonly ["boxes", "scores"], Limits, readonly [TensorType, TensorType]> =
  {
    name: "nonMaxSuppression",
    summary:
      "Of each row of boxes `[x1, y1, x2, y2]`, by descending score (equal scores: lower index first), those that overlap no chosen one by more than `overlap`; the indices are padded with 0 and `valid` counts them.",
    inputs: [
      { name: "boxes", gradient: "none", reason: "a choice jumps; gather the boxes by the indices" },
      { name: "scores", gradient: "none", reason: "a choice jumps; gather the scores by the indices" },
    ],
    attributes: {
      overlap: "a box is suppressed where its intersection over union with a chosen one is above this",
      count: "the most boxes to choose from a row",
      minimumScore: "a candidate's score is above this",
    },
    constraints: {
      C1: "boxes is f32[B, n, 4]",
      C2: "scores is f32[B, n]",
      C3: "count is an integer of at least 1",
      C4: "overlap lies between 0 and 1",
    },
    infer([boxes, scores], { overlap, count }) {
      const [rows, size] = boxes!.shape;
      constrain(
        boxes!.dtype === "f32" && boxes!.shape.length === 3 && boxes!.shape[2] === 4,
        "C1",
        `boxes is ${printType(boxes!)}`,
      );
      constrain(
        scores!.dtype === "f32" && sameShape(scores!.shape, [rows!, size!]),
        "C2",
        `scores is ${printType(scores!)} for boxes ${printType(boxes!)}`,
      );
      constrain(Number.isInteger(count) && count >= 1, "C3", `count is ${count}`);
      constrain(overlap >= 0 && overlap <= 1, "C4", `overlap is ${overlap}`);
      return [
        { dtype: "i32", shape: [rows!, count] },
        { dtype: "i32", shape: [rows!] },
      ];
    },
    reference([boxes, scores], limits, [indices, valid]) {
      const [rows, size] = scores!.type.shape as [number, number];
      for (let row = 0; row < rows; row++)
        valid!.data[row] = suppressRow(
          boxes!.data.subarray(4 * row * size, 4 * (row + 1) * size),
          scores!.data.subarray(row * size, (row + 1) * size),
          limits,
          indices!.data.subarray(row * limits.count, (row + 1) * limits.count),
        );
    },
    vjp: "none",
    cost: ([, scores], [indices]) => 10 * scores!.shape[0]! * scores!.shape[1]! * indices!.shape[1]!,
    tfjs: "reference",
    tensorflow(writer, [boxes, scores], { inputs, attributes }) {
      const rows = inputs[0]!.type.shape[0]!;
      const unpack = (value: TensorflowRef) =>
        writer.node("Unpack", [value], { num: { int: rows }, T: { type: "f32" }, axis: { int: 0 } }, rows);
      return suppressNatively(writer, unpack(boxes!), unpack(scores!), attributes);
    },
    samples: [
      {
        name: "two rows: a cluster, a low score, no area",
        inputs: [
          {
            dtype: "f32",
            shape: [2, 4, 4],
            data: [
              0, 0, 10, 10, 1, 1, 11, 11, 20, 20, 30, 30, 4, 0, 14, 10, 0, 0, 8, 8, 5, 5, 5, 5, 5, 5, 5, 5, 0,
              0, 8, 7,
            ],
          },
          { dtype: "f32", shape: [2, 4], data: [0.9, 0.95, 0.3, 0.8, 0.5, 0.75, 0.75, 0.25] },
        ],
        attributes: { overlap: 0.5, count: 3, minimumScore: 0.4 },
      },
      {
        name: "equal scores, fewer than asked for",
        inputs: [
          { dtype: "f32", shape: [1, 3, 4], data: [0, 0, 4, 4, 0, 0, 4, 4, 2, 0, 6, 4] },
          { dtype: "f32", shape: [1, 3], data: [0.5, 0.5, 0.5] },
        ],
        attributes: { overlap: 0.7, count: 5, minimumScore: -1 },
      },
    ],
    broken: [
      {
        label: "C1",
        inputs: [
          { dtype: "f32", shape: [2, 3] },
          { dtype: "f32", shape: [2, 3] },
        ],
        attributes: { overlap: 0.5, count: 1, minimumScore: 0 },
      },
      {
        label: "C2",
        inputs: [
          { dtype: "f32", shape: [1, 3, 4] },
          { dtype: "f32", shape: [3] },
        ],
        attributes: { overlap: 0.5, count: 1, minimumScore: 0 },
      },
      {
        label: "C3",
        inputs: [
          { dtype: "f32", shape: [1, 3, 4] },
          { dtype: "f32", shape: [1, 3] },
        ],
        attributes: { overlap: 0.5, count: 0, minimumScore: 0 },
      },
      {
        label: "C4",
        inputs: [
          { dtype: "f32", shape: [1, 3, 4] },
          { dtype: "f32", shape: [1, 3] },
        ],
        attributes: { overlap: 2, count: 1, minimumScore: 0 },
      },
    ],
  };
