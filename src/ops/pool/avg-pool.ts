/** The mean over windows, and its gradient. */
import { printType, sizeOf } from "../../ir/tensor-type.ts";
import type { TensorType } from "../../ir/types.ts";
import { constrain, type Op, type TensorData, type TensorflowRef, type TensorflowWriter } from "../define.ts";
import {
  constrainWindow,
  slidSize,
  type WindowAttributes,
  windowAttributeTexts,
  windowConstraint,
} from "../linear/window.ts";

export type AvgPoolAttributes = WindowAttributes & {
  readonly window: readonly number[];
  readonly countBorder: boolean;
};
export type AvgPoolGradAttributes = AvgPoolAttributes & { readonly inputShape: readonly number[] };

const attributeTexts = {
  window: "[height, width] of the window.",
  ...windowAttributeTexts,
  countBorder: "Whether the zeros of the border count in the divisor.",
};
const constraints = {
  C1: "x is f32 of rank 4: images [N, H, W, C].",
  C2: `${windowConstraint} The window is a pair of whole numbers above each padding beside it.`,
  C3: "The window fits in the padded image, and each window has a pixel of it.",
};

function inferAvgPool(x: TensorType, attributes: AvgPoolAttributes): TensorType {
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

/** For each window, its first element of y and the rows and columns of x in it. */
function eachWindow(
  x: readonly number[],
  y: readonly number[],
  { window, strides, padding, countBorder }: AvgPoolAttributes,
  visit: (
    output: number,
    n: number,
    rows: readonly number[],
    columns: readonly number[],
    area: number,
  ) => void,
): void {
  const [count, rows, columns, channels] = y as [number, number, number, number];
  const clip = (position: number, axis: 0 | 1): readonly number[] => {
    const start = position * strides[axis]! - padding[axis]![0]!;
    return [Math.max(0, start), Math.min(x[axis + 1]!, start + window[axis]!)];
  };
  for (let n = 0; n < count; n++) {
    for (let row = 0; row < rows; row++) {
      const down = clip(row, 0);
      for (let column = 0; column < columns; column++) {
        const across = clip(column, 1);
        const area = countBorder ? sizeOf(window) : (down[1]! - down[0]!) * (across[1]! - across[0]!);
        visit(((n * rows + row) * columns + column) * channels, n, down, across, area);
      }
    }
  }
}

function average(x: TensorData, attributes: AvgPoolAttributes, y: TensorData): void {
  const [, height, width, channels] = x.type.shape as [number, number, number, number];
  const total = new Float64Array(channels);
  eachWindow(x.type.shape, y.type.shape, attributes, (output, n, [top, bottom], [left, right], area) => {
    total.fill(0);
    for (let h = top!; h < bottom!; h++) {
      const row = (n * height + h) * width;
      for (let w = left!; w < right!; w++) {
        for (let c = 0, at = (row + w) * channels; c < channels; c++, at++) total[c]! += x.data[at]!;
      }
    }
    for (let c = 0; c < channels; c++) y.data[output + c] = total[c]! / area;
  });
}

function spread(gradient: TensorData, attributes: AvgPoolAttributes, dx: TensorData): void {
  const [, height, width, channels] = dx.type.shape as [number, number, number, number];
  const total = new Float64Array(dx.data.length);
  const share = new Float64Array(channels);
  eachWindow(
    dx.type.shape,
    gradient.type.shape,
    attributes,
    (output, n, [top, bottom], [left, right], area) => {
      for (let c = 0; c < channels; c++) share[c] = gradient.data[output + c]! / area;
      for (let h = top!; h < bottom!; h++) {
        const row = (n * height + h) * width;
        for (let w = left!; w < right!; w++) {
          const at = (row + w) * channels;
          for (let c = 0; c < channels; c++) total[at + c]! += share[c]!;
        }
      }
    },
  );
  dx.data.set(total);
}

const isBordered = ({ padding }: AvgPoolAttributes): boolean => padding.flat().some((pixels) => pixels > 0);

const paddedShape = ([count, height, width, channels]: readonly number[], { padding }: AvgPoolAttributes) => [
  count!,
  height! + padding[0]![0]! + padding[0]![1]!,
  width! + padding[1]![0]! + padding[1]![1]!,
  channels!,
];

/** TensorFlow's op has no explicit padding; it runs on an image with a border of zeros, which it counts. */
const tensorflowAttributes = ({ window, strides }: AvgPoolAttributes) => ({
  T: { type: "f32" as const },
  ksize: { ints: [1, ...window, 1] },
  strides: { ints: [1, ...strides, 1] },
  padding: { text: "VALID" },
  data_format: { text: "NHWC" },
});

/** Means over the whole window as means over its pixels; the same both ways, for the op is linear. */
function uncountBorder(
  writer: TensorflowWriter,
  means: TensorflowRef,
  x: readonly number[],
  y: readonly number[],
  attributes: AvgPoolAttributes,
): TensorflowRef {
  if (attributes.countBorder || !isBordered(attributes)) return means;
  const one = [1, y[1]!, y[2]!, 1];
  const factors = new Float64Array(sizeOf(one));
  eachWindow(x, one, attributes, (output, _, __, ___, area) => {
    factors[output] = sizeOf(attributes.window) / area;
  });
  return writer.node("Mul", [means, writer.constant("f32", one, factors)], { T: { type: "f32" } })[0]!;
}

const image = {
  dtype: "f32",
  shape: [1, 4, 5, 2],
  data: Array.from({ length: 40 }, (_, i) => (((i * 17) % 40) - 20) / 8),
} as const;

const cases: readonly { readonly name: string; readonly attributes: AvgPoolAttributes }[] = [
  {
    name: "2x2 of stride 2",
    attributes: {
      window: [2, 2],
      strides: [2, 2],
      padding: [
        [0, 0],
        [0, 0],
      ],
      countBorder: true,
    },
  },
  {
    name: "3x3 with a counted border",
    attributes: {
      window: [3, 3],
      strides: [2, 2],
      padding: [
        [1, 1],
        [1, 1],
      ],
      countBorder: true,
    },
  },
  {
    name: "overlapping, uneven, the border not counted",
    attributes: {
      window: [2, 3],
      strides: [1, 2],
      padding: [
        [0, 1],
        [1, 0],
      ],
      countBorder: false,
    },
  },
];

const f32 = (shape: readonly number[]): TensorType => ({ dtype: "f32", shape });
const { attributes: usual } = cases[1]!;

export const avgPool: Op<["x"], AvgPoolAttributes> = {
  name: "avgPool",
  summary: "The mean over windows of images [N, H, W, C], which a border of zeros surrounds.",
  inputs: [{ name: "x", gradient: "differentiable" }],
  attributes: attributeTexts,
  constraints,
  infer: ([x], attributes) => [inferAvgPool(x!, attributes)],
  reference: ([x], attributes, [y]) => average(x!, attributes, y!),
  vjp: (builder, { inputs: [x], attributes }, [dy]) => [
    dy && builder.avgPoolGrad(dy, { ...attributes, inputShape: x!.type.shape }),
  ],
  cost: (_, [y], { window }) => sizeOf(y!.shape) * sizeOf(window),
  tfjs: "reference",
  tensorflow: (writer, [x], { inputs, outputs, attributes }) => {
    const [from, to] = [inputs[0]!.type.shape, outputs[0]!.type.shape];
    const { padding } = attributes;
    const borders = writer.constant("i32", [4, 2], [0, 0, ...padding.flat(), 0, 0]);
    const padded = isBordered(attributes)
      ? writer.node("Pad", [x!, borders], { T: { type: "f32" }, Tpaddings: { type: "i32" } })[0]!
      : x!;
    const [means] = writer.node("AvgPool", [padded], tensorflowAttributes(attributes));
    return [uncountBorder(writer, means!, from, to, attributes)];
  },
  samples: cases.map(({ name, attributes }) => ({ name, inputs: [image], attributes })),
  broken: [
    { label: "C1", inputs: [f32([4, 5, 2])], attributes: usual },
    { label: "C2", inputs: [f32([1, 4, 5, 2])], attributes: { ...usual, window: [1, 1] } },
    { label: "C2", inputs: [f32([1, 4, 5, 2])], attributes: { ...usual, strides: [2] } },
    { label: "C3", inputs: [f32([1, 4, 1, 2])], attributes: { ...usual, window: [3, 4] } },
  ],
};

export const avgPoolGrad: Op<["gradient"], AvgPoolGradAttributes> = {
  name: "avgPoolGrad",
  summary: "The gradient of avgPool's x: each window's is shared by its pixels.",
  inputs: [{ name: "gradient", gradient: "differentiable" }],
  attributes: { ...attributeTexts, inputShape: "Shape of x, [N, H, W, C]." },
  constraints: { ...constraints, C4: "The gradient is f32 and has the shape of avgPool's output." },
  infer: ([gradient], attributes) => {
    const output = inferAvgPool(f32(attributes.inputShape), attributes);
    constrain(
      printType(gradient!) === printType(output),
      "C4",
      `${printType(gradient!)} for ${printType(output)}`,
    );
    return [f32(attributes.inputShape)];
  },
  reference: ([gradient], attributes, [dx]) => spread(gradient!, attributes, dx!),
  vjp: (builder, { attributes: { inputShape: _, ...attributes } }, [ddx]) => [
    ddx && builder.avgPool(ddx, attributes),
  ],
  cost: ([gradient], _, { window }) => sizeOf(gradient!.shape) * sizeOf(window),
  tfjs: "reference",
  tensorflow: (writer, [gradient], { inputs, attributes }) => {
    const { inputShape, padding } = attributes;
    const share = uncountBorder(writer, gradient!, inputShape, inputs[0]!.type.shape, attributes);
    const four = (values: readonly number[]) => writer.constant("i32", [4], values);
    const padded = four(paddedShape(inputShape, attributes));
    const [dx] = writer.node("AvgPoolGrad", [padded, share], tensorflowAttributes(attributes));
    if (!isBordered(attributes)) return [dx!];
    const corner = four([0, padding[0]![0]!, padding[1]![0]!, 0]);
    return writer.node("Slice", [dx!, corner, four(inputShape)], {
      T: { type: "f32" },
      Index: { type: "i32" },
    });
  },
  samples: cases.map(({ name, attributes }) => {
    const { shape } = inferAvgPool(image, attributes);
    const data = Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 5) % 9) - 3);
    return {
      name,
      inputs: [{ dtype: "f32", shape, data }],
      attributes: { ...attributes, inputShape: image.shape },
    };
  }),
  broken: [
    { label: "C1", inputs: [f32([1, 2, 3, 2])], attributes: { ...usual, inputShape: [4, 5, 2] } },
    {
      label: "C2",
      inputs: [f32([1, 2, 3, 2])],
      attributes: { ...usual, window: [1, 1], inputShape: [1, 4, 5, 2] },
    },
    {
      label: "C3",
      inputs: [f32([1, 2, 3, 2])],
      attributes: { ...usual, window: [3, 4], inputShape: [1, 4, 1, 2] },
    },
    { label: "C4", inputs: [f32([1, 3, 3, 2])], attributes: { ...usual, inputShape: [1, 4, 5, 2] } },
  ],
};
