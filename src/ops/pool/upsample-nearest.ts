/** Enlargement by a whole factor, each pixel repeated, and its gradient. */
import { printType, sizeOf } from "../../ir/tensor-type.ts";
import type { TensorType } from "../../ir/types.ts";
import { constrain, type Op } from "../define.ts";

export type UpsampleAttributes = { readonly factor: number };

const factorText = "A whole number: how often each pixel is repeated in a row and in a column.";

function constrainImages(type: TensorType, factor: number): void {
  constrain(type.dtype === "f32" && type.shape.length === 4, "C1", printType(type));
  constrain(Number.isInteger(factor) && factor >= 1, "C2", `factor ${factor}`);
}

const constraints = {
  C1: "The operand is f32 of rank 4: images [N, H, W, C].",
  C2: "The factor is a whole number above 0.",
};

/** Calls `pair(small, large)` with the first elements of each pixel of the large image and its source. */
function eachPixel(
  large: readonly number[],
  factor: number,
  pair: (small: number, large: number) => void,
): void {
  const [count, height, width, channels] = large as [number, number, number, number];
  const [rows, columns] = [height / factor, width / factor];
  for (let n = 0; n < count; n++) {
    for (let h = 0; h < height; h++) {
      const row = n * rows + Math.floor(h / factor);
      for (let w = 0; w < width; w++) {
        pair((row * columns + Math.floor(w / factor)) * channels, ((n * height + h) * width + w) * channels);
      }
    }
  }
}

const tensorflowFlags = {
  T: { type: "f32" as const },
  align_corners: { bool: false },
  half_pixel_centers: { bool: false },
};

export const upsampleNearest: Op<["x"], UpsampleAttributes> = {
  name: "upsampleNearest",
  summary: "Images [N, H, W, C] enlarged by a whole factor, each pixel repeated.",
  inputs: [{ name: "x", gradient: "differentiable" }],
  attributes: { factor: factorText },
  constraints,
  infer: ([x], { factor }) => {
    constrainImages(x!, factor);
    const [count, height, width, channels] = x!.shape as [number, number, number, number];
    return [{ dtype: "f32", shape: [count, height * factor, width * factor, channels] }];
  },
  reference: ([x], { factor }, [y]) => {
    const [source, target, channels] = [x!.data, y!.data, x!.type.shape[3]!];
    eachPixel(y!.type.shape, factor, (small, large) => {
      for (let c = 0; c < channels; c++) target[large + c] = source[small + c]!;
    });
  },
  vjp: (builder, { attributes }, [dy]) => [dy && builder.upsampleNearestGrad(dy, attributes)],
  cost: (_, [y]) => sizeOf(y!.shape),
  tfjs: {
    kernel: "ResizeNearestNeighbor",
    inputs: ["images"],
    attributes: (_, __, [y]) => ({
      alignCorners: false,
      halfPixelCenters: false,
      size: y!.shape.slice(1, 3),
    }),
  },
  tensorflow: (writer, [x], { outputs: [y] }) =>
    writer.node(
      "ResizeNearestNeighbor",
      [x!, writer.constant("i32", [2], y!.type.shape.slice(1, 3))],
      tensorflowFlags,
    ),
  samples: [
    {
      name: "twice",
      inputs: [{ dtype: "f32", shape: [1, 2, 3, 1], data: [1, 2, 3, 4, 5, 6] }],
      attributes: { factor: 2 },
    },
    {
      name: "three times, two channels, two images",
      inputs: [{ dtype: "f32", shape: [2, 1, 2, 2], data: [1, -2, 3, -4, 5, -6, 7, -8] }],
      attributes: { factor: 3 },
    },
  ],
  broken: [
    { label: "C1", inputs: [{ dtype: "f32", shape: [2, 3, 1] }], attributes: { factor: 2 } },
    { label: "C2", inputs: [{ dtype: "f32", shape: [1, 2, 3, 1] }], attributes: { factor: 1.5 } },
  ],
};

export const upsampleNearestGrad: Op<["gradient"], UpsampleAttributes> = {
  name: "upsampleNearestGrad",
  summary: "The gradient of upsampleNearest's x: the sum over each pixel's repetitions.",
  inputs: [{ name: "gradient", gradient: "differentiable" }],
  attributes: { factor: factorText },
  constraints: { ...constraints, C3: "Height and width are multiples of the factor." },
  infer: ([gradient], { factor }) => {
    constrainImages(gradient!, factor);
    const [count, height, width, channels] = gradient!.shape as [number, number, number, number];
    constrain(
      height % factor === 0 && width % factor === 0,
      "C3",
      `${printType(gradient!)}, factor ${factor}`,
    );
    return [{ dtype: "f32", shape: [count, height / factor, width / factor, channels] }];
  },
  reference: ([gradient], { factor }, [dx]) => {
    const [source, target, channels] = [gradient!.data, dx!.data, dx!.type.shape[3]!];
    eachPixel(gradient!.type.shape, factor, (small, large) => {
      for (let c = 0; c < channels; c++) target[small + c]! += source[large + c]!;
    });
  },
  vjp: (builder, { attributes }, [dx]) => [dx && builder.upsampleNearest(dx, attributes)],
  cost: ([gradient]) => sizeOf(gradient!.shape),
  tfjs: "reference",
  tensorflow: (writer, [gradient], { outputs: [dx] }) =>
    writer.node(
      "ResizeNearestNeighborGrad",
      [gradient!, writer.constant("i32", [2], dx!.type.shape.slice(1, 3))],
      tensorflowFlags,
    ),
  samples: [
    {
      name: "halves",
      inputs: [{ dtype: "f32", shape: [1, 2, 4, 1], data: [1, 2, 3, 4, 5, 6, 7, 8] }],
      attributes: { factor: 2 },
    },
    {
      name: "thirds, two channels",
      inputs: [
        { dtype: "f32", shape: [1, 3, 3, 2], data: Array.from({ length: 18 }, (_, i) => (i % 5) - i / 4) },
      ],
      attributes: { factor: 3 },
    },
  ],
  broken: [
    { label: "C1", inputs: [{ dtype: "i32", shape: [1, 2, 2, 1] }], attributes: { factor: 2 } },
    { label: "C2", inputs: [{ dtype: "f32", shape: [1, 2, 2, 1] }], attributes: { factor: 0 } },
    { label: "C3", inputs: [{ dtype: "f32", shape: [1, 3, 2, 1] }], attributes: { factor: 2 } },
  ],
};
