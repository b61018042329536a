/** The maximum over windows, and its gradient. */
import { printType, sameShape, sizeOf } from "../../ir/tensor-type.ts";
import type { TensorType } from "../../ir/types.ts";
import { constrain, type Op, type Sample, type TensorData } from "../define.ts";
import {
  constrainWindow,
  slidSize,
  tensorflowPadding,
  type WindowAttributes,
  windowAttributeTexts,
  windowConstraint,
} from "../linear/window.ts";

export type MaxPoolAttributes = WindowAttributes & { readonly window: readonly number[] };

const attributeTexts = { window: "[height, width] of the window.", ...windowAttributeTexts };
const constraints = {
  C1: "x is f32 of rank 4: images [N, H, W, C].",
  C2: `${windowConstraint} The window is a pair of whole numbers above each padding beside it.`,
  C3: "The window fits in the padded image, and each window has a pixel of it.",
};

function inferMaxPool(x: TensorType, attributes: MaxPoolAttributes): TensorType {
  constrain(x.dtype === "f32" && x.shape.length === 4, "C1", printType(x));
  constrainWindow("C2", attributes);
  const { window, padding, strides } = attributes;
  const covered = window.length === 2 && window.every((size, i) => size > Math.max(...padding[i]!));
  constrain(covered, "C2", `window [${window.join(", ")}], padding ${JSON.stringify(padding)}`);
  const [height, width] = slidSize(x.shape.slice(1, 3), window, attributes);
  const lastStart = (count: number, i: 0 | 1) => (count - 1) * strides[i]! - padding[i]![0]!;
  const inside = lastStart(height, 0) < x.shape[1]! && lastStart(width, 1) < x.shape[2]!;
  constrain(height > 0 && width > 0 && inside, "C3", `${printType(x)}, window [${window.join(", ")}]`);
  return { dtype: "f32", shape: [x.shape[0]!, height, width, x.shape[3]!] };
}

/** For each output element, the flat index in x of its window's first maximum in row order. */
function eachMaximum(
  x: TensorData,
  outputShape: readonly number[],
  { window, strides, padding }: MaxPoolAttributes,
  found: (output: number, source: number) => void,
): void {
  const [count, height, width, channels] = x.type.shape as [number, number, number, number];
  const [, rows, columns] = outputShape as [number, number, number];
  const source = x.data;
  const best = new Int32Array(channels);
  for (let n = 0; n < count; n++) {
    for (let row = 0; row < rows; row++) {
      const top = row * strides[0]! - padding[0]![0]!;
      const endH = Math.min(height, top + window[0]!);
      for (let column = 0; column < columns; column++) {
        const left = column * strides[1]! - padding[1]![0]!;
        const endW = Math.min(width, left + window[1]!);
        best.fill(-1);
        for (let h = Math.max(0, top); h < endH; h++) {
          for (let w = Math.max(0, left); w < endW; w++) {
            const pixel = ((n * height + h) * width + w) * channels;
            for (let c = 0; c < channels; c++) {
              const known = best[c]!;
              if (known < 0 || source[pixel + c]! > source[known]!) best[c] = pixel + c;
            }
          }
        }
        const output = ((n * rows + row) * columns + column) * channels;
        for (let c = 0; c < channels; c++) found(output + c, best[c]!);
      }
    }
  }
}

const image = {
  dtype: "f32",
  shape: [1, 4, 5, 2],
  // A permutation of distinct values, most of them below 0.
  data: Array.from({ length: 40 }, (_, i) => (((i * 17) % 40) - 30) / 8),
} as const;

const cases: readonly { readonly name: string; readonly attributes: MaxPoolAttributes }[] = [
  {
    name: "3x3 of stride 2 with a border, most values below 0",
    attributes: {
      window: [3, 3],
      strides: [2, 2],
      padding: [
        [1, 1],
        [1, 1],
      ],
    },
  },
  {
    name: "one pixel of every two",
    attributes: {
      window: [1, 1],
      strides: [2, 2],
      padding: [
        [0, 0],
        [0, 0],
      ],
    },
  },
  {
    name: "overlapping, uneven",
    attributes: {
      window: [2, 3],
      strides: [1, 2],
      padding: [
        [0, 1],
        [1, 0],
      ],
    },
  },
];

const f32 = (shape: readonly number[]): TensorType => ({ dtype: "f32", shape });
const { attributes: usual } = cases[0]!;

export const maxPool: Op<["x"], MaxPoolAttributes> = {
  name: "maxPool",
  summary: "The maximum over windows of images [N, H, W, C]; the border never wins.",
  inputs: [{ name: "x", gradient: "differentiable" }],
  attributes: attributeTexts,
  constraints,
  infer: ([x], attributes) => [inferMaxPool(x!, attributes)],
  reference: ([x], attributes, [y]) =>
    eachMaximum(x!, y!.type.shape, attributes, (output, source) => {
      y!.data[output] = x!.data[source]!;
    }),
  vjp: (builder, { inputs: [x], outputs: [y], attributes }, [dy]) => [
    dy && builder.maxPoolGrad(x!, y!, dy, attributes),
  ],
  cost: (_, [y], { window }) => sizeOf(y!.shape) * sizeOf(window),
  tfjs: {
    kernel: "MaxPool",
    inputs: ["x"],
    attributes: ({ window, strides, padding }) => ({
      filterSize: window,
      strides,
      pad: [[0, 0], ...padding, [0, 0]],
    }),
  },
  tensorflow: (writer, operands, { inputs: [x], attributes }) =>
    writer.node("MaxPool", operands, tensorflowAttributes(x!.type.shape, attributes)),
  samples: cases.map(({ name, attributes }) => ({ name, inputs: [image], attributes })),
  broken: [
    { label: "C1", inputs: [f32([4, 5, 2])], attributes: usual },
    { label: "C2", inputs: [f32([1, 4, 5, 2])], attributes: { ...usual, window: [1, 1] } },
    { label: "C2", inputs: [f32([1, 4, 5, 2])], attributes: { ...usual, strides: [2] } },
    { label: "C3", inputs: [f32([1, 4, 1, 2])], attributes: { ...usual, window: [3, 4] } },
  ],
};

export const maxPoolGrad: Op<["x", "y", "gradient"], MaxPoolAttributes> = {
  name: "maxPoolGrad",
  summary: "The gradient of maxPool's x: each window's goes to its first maximum in row order.",
  inputs: [
    { name: "x", gradient: "none", reason: "A second derivative of a maximum is not needed." },
    { name: "y", gradient: "none", reason: "A second derivative of a maximum is not needed." },
    { name: "gradient", gradient: "none", reason: "A second derivative of a maximum is not needed." },
  ],
  attributes: attributeTexts,
  constraints: { ...constraints, C4: "y and the gradient are f32 and have the shape of maxPool's output." },
  infer: ([x, y, gradient], attributes) => {
    const output = inferMaxPool(x!, attributes);
    for (const type of [y!, gradient!]) {
      constrain(
        type.dtype === "f32" && sameShape(type.shape, output.shape),
        "C4",
        `${printType(type)} for ${printType(output)}`,
      );
    }
    return [x!];
  },
  reference: ([x, , gradient], attributes, [dx]) =>
    eachMaximum(x!, gradient!.type.shape, attributes, (output, source) => {
      dx!.data[source]! += gradient!.data[output]!;
    }),
  vjp: "none",
  cost: (_, [dx], { window }) => sizeOf(dx!.shape) * sizeOf(window),
  tfjs: "reference",
  tensorflow: (writer, operands, { inputs: [x], attributes }) =>
    writer.node("MaxPoolGrad", operands, tensorflowAttributes(x!.type.shape, attributes)),
  samples: cases.map(({ name, attributes }) => ({ name, ...gradientSample(attributes) })),
  broken: [
    { label: "C1", inputs: [f32([4, 5, 2]), f32([1]), f32([1])], attributes: usual },
    {
      label: "C2",
      inputs: [f32([1, 4, 5, 2]), f32([1]), f32([1])],
      attributes: { ...usual, window: [1, 1] },
    },
    {
      label: "C3",
      inputs: [f32([1, 4, 1, 2]), f32([1]), f32([1])],
      attributes: { ...usual, window: [3, 4] },
    },
    { label: "C4", inputs: [f32([1, 4, 5, 2]), f32([1, 2, 3, 2]), f32([1, 3, 3, 2])], attributes: usual },
  ],
};

function gradientSample(attributes: MaxPoolAttributes): Omit<Sample<MaxPoolAttributes>, "name"> {
  const { shape } = inferMaxPool(image, attributes);
  const y = new Float64Array(sizeOf(shape));
  const x = { type: image, data: Float64Array.from(image.data) };
  eachMaximum(x, shape, attributes, (output, source) => {
    y[output] = x.data[source]!;
  });
  const gradient = Array.from(y, (_, i) => i + 1);
  const operand = (data: readonly number[]) => ({ dtype: "f32" as const, shape, data });
  return { inputs: [image, operand([...y]), operand(gradient)], attributes };
}

function tensorflowAttributes(x: readonly number[], attributes: MaxPoolAttributes) {
  const { window, strides } = attributes;
  return {
    T: { type: "f32" as const },
    ksize: { ints: [1, ...window, 1] },
    strides: { ints: [1, ...strides, 1] },
    data_format: { text: "NHWC" },
    ...tensorflowPadding(x.slice(1, 3), window, attributes),
  };
}
