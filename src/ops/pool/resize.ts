/** Images in another size, nearest or bilinear, and the gradient. */
import { printType, sizeOf } from "../../ir/tensor-type.ts";
import type { TensorType } from "../../ir/types.ts";
import { constrain, type Op, type Sample, type TensorData } from "../define.ts";
import { type ResizeMethod, resizeTaps } from "./resize-taps.ts";

export type ResizeAttributes = {
  readonly size: readonly number[];
  readonly method: ResizeMethod;
  readonly alignCorners: boolean;
};

const attributeTexts = {
  method: "`nearest` or `bilinear`, both as torch.nn.functional.interpolate.",
  alignCorners: "Whether the centres of the corner pixels stay where they are; bilinear only.",
};
const constraints = {
  C1: "The operand is f32 of rank 4 with pixels: images [N, H, W, C].",
  C2: "The size is a pair of whole numbers above 0.",
  C3: "The method is `nearest` or `bilinear`, and only bilinear aligns corners.",
};

function inferResize(x: TensorType, { size, method, alignCorners }: ResizeAttributes): TensorType {
  const pixels = x.dtype === "f32" && x.shape.length === 4 && sizeOf(x.shape.slice(1, 3)) > 0;
  constrain(pixels, "C1", printType(x));
  const whole = size.length === 2 && size.every((side) => Number.isInteger(side) && side > 0);
  constrain(whole, "C2", `size [${size.join(", ")}]`);
  const known = method === "bilinear" || (method === "nearest" && !alignCorners);
  constrain(known, "C3", `method ${method}, alignCorners ${alignCorners}`);
  return { dtype: "f32", shape: [x.shape[0]!, size[0]!, size[1]!, x.shape[3]!] };
}

type Attributes = Pick<ResizeAttributes, "method" | "alignCorners">;

/** Calls `visit(small, large, weight)` for each pixel of x that each pixel of y reads, with its first element. */
function eachTap(
  x: TensorType,
  y: TensorType,
  { method, alignCorners }: Attributes,
  visit: (source: number, target: number, weight: number) => void,
): void {
  const [count, fromRows, fromColumns, channels] = x.shape as [number, number, number, number];
  const [rows, columns] = [y.shape[1]!, y.shape[2]!];
  const down = resizeTaps(fromRows, rows, method, alignCorners);
  const across = resizeTaps(fromColumns, columns, method, alignCorners);
  for (let n = 0; n < count; n++) {
    for (let row = 0; row < rows; row++) {
      const [upper, lower, below] = [down.lower[row]!, down.upper[row]!, down.weight[row]!];
      for (let column = 0; column < columns; column++) {
        const target = ((n * rows + row) * columns + column) * channels;
        const right = across.weight[column]!;
        const tap = (h: number, w: number, weight: number): void => {
          if (weight !== 0) visit(((n * fromRows + h) * fromColumns + w) * channels, target, weight);
        };
        tap(upper, across.lower[column]!, (1 - below) * (1 - right));
        tap(upper, across.upper[column]!, (1 - below) * right);
        tap(lower, across.lower[column]!, below * (1 - right));
        tap(lower, across.upper[column]!, below * right);
      }
    }
  }
}

function enlarge(x: TensorData, attributes: Attributes, y: TensorData): void {
  const channels = x.type.shape[3]!;
  const [source, target] = [x.data, y.data];
  eachTap(x.type, y.type, attributes, (from, to, weight) => {
    for (let c = 0; c < channels; c++) target[to + c]! += weight * source[from + c]!;
  });
}

/** Sums in f64: many pixels of the gradient may end in one. */
function gatherBack(gradient: TensorData, attributes: Attributes, dx: TensorData): void {
  const channels = dx.type.shape[3]!;
  const total = new Float64Array(dx.data.length);
  eachTap(dx.type, gradient.type, attributes, (to, from, weight) => {
    for (let c = 0; c < channels; c++) total[to + c]! += weight * gradient.data[from + c]!;
  });
  dx.data.set(total);
}

const tensorflowFlags = ({ method, alignCorners }: Attributes) => ({
  T: { type: "f32" as const },
  align_corners: { bool: alignCorners },
  half_pixel_centers: { bool: method === "bilinear" && !alignCorners },
});

const image = (height: number, width: number, channels: number, images = 1): Sample["inputs"][number] => ({
  dtype: "f32",
  shape: [images, height, width, channels],
  data: Array.from({ length: images * height * width * channels }, (_, i) => ((i * 7) % 11) - i / 6),
});

const cases: readonly (Omit<Sample<ResizeAttributes>, "inputs"> & { readonly from: readonly number[] })[] = [
  {
    name: "nearest, larger",
    from: [2, 3, 1],
    attributes: { size: [5, 4], method: "nearest", alignCorners: false },
  },
  {
    name: "nearest, smaller",
    from: [5, 6, 2],
    attributes: { size: [2, 4], method: "nearest", alignCorners: false },
  },
  {
    name: "bilinear, twice",
    from: [3, 2, 2],
    attributes: { size: [6, 4], method: "bilinear", alignCorners: false },
  },
  {
    name: "bilinear, smaller",
    from: [5, 7, 1],
    attributes: { size: [3, 2], method: "bilinear", alignCorners: false },
  },
  {
    name: "corners aligned",
    from: [3, 4, 2],
    attributes: { size: [5, 9], method: "bilinear", alignCorners: true },
  },
  {
    name: "to one pixel",
    from: [3, 4, 1],
    attributes: { size: [1, 1], method: "bilinear", alignCorners: true },
  },
];

const f32 = (shape: readonly number[]): TensorType => ({ dtype: "f32", shape });
const usual = cases[2]!.attributes;
const broken = [
  { label: "C1", inputs: [f32([2, 3, 1])], attributes: usual },
  { label: "C1", inputs: [f32([1, 0, 3, 1])], attributes: usual },
  { label: "C2", inputs: [f32([1, 3, 2, 1])], attributes: { ...usual, size: [2, 0] } },
  { label: "C3", inputs: [f32([1, 3, 2, 1])], attributes: { ...usual, method: "cubic" } },
  {
    label: "C3",
    inputs: [f32([1, 3, 2, 1])],
    attributes: { ...usual, method: "nearest", alignCorners: true },
  },
];

export const resize: Op<["x"], ResizeAttributes> = {
  name: "resize",
  summary: "Images [N, H, W, C] in another size.",
  inputs: [{ name: "x", gradient: "differentiable" }],
  attributes: { size: "[height, width] of the output.", ...attributeTexts },
  constraints,
  infer: ([x], attributes) => [inferResize(x!, attributes)],
  reference: ([x], attributes, [y]) => enlarge(x!, attributes, y!),
  vjp: (builder, { inputs: [x], attributes }, [dy]) => [
    dy && builder.resizeGrad(dy, { ...attributes, size: x!.type.shape.slice(1, 3) }),
  ],
  cost: (_, [y], { method }) => sizeOf(y!.shape) * (method === "nearest" ? 1 : 4),
  tfjs: "reference",
  tensorflow: (writer, [x], { attributes }) =>
    writer.node(
      attributes.method === "nearest" ? "ResizeNearestNeighbor" : "ResizeBilinear",
      [x!, writer.constant("i32", [2], attributes.size)],
      tensorflowFlags(attributes),
    ),
  samples: cases.map(({ name, from, attributes }, index) => ({
    name,
    inputs: [image(from[0]!, from[1]!, from[2]!, 1 + (index % 2))],
    attributes,
  })),
  broken,
};

export const resizeGrad: Op<["gradient"], ResizeAttributes> = {
  name: "resizeGrad",
  summary: "The gradient of resize's x.",
  inputs: [{ name: "gradient", gradient: "differentiable" }],
  attributes: { size: "[height, width] of x.", ...attributeTexts },
  constraints,
  infer: ([gradient], attributes) => [inferResize(gradient!, attributes)],
  reference: ([gradient], attributes, [dx]) => gatherBack(gradient!, attributes, dx!),
  vjp: (builder, { inputs: [gradient], attributes }, [ddx]) => [
    ddx && builder.resize(ddx, { ...attributes, size: gradient!.type.shape.slice(1, 3) }),
  ],
  cost: ([gradient], _, { method }) => sizeOf(gradient!.shape) * (method === "nearest" ? 1 : 4),
  tfjs: "reference",
  tensorflow: (writer, [gradient], { outputs: [dx], attributes }) => {
    const { shape } = dx!.type;
    if (attributes.method === "nearest") {
      const size = writer.constant("i32", [2], attributes.size);
      return writer.node("ResizeNearestNeighborGrad", [gradient!, size], tensorflowFlags(attributes));
    }
    // The op reads no more of the original image than its shape.
    const original = writer.node(
      "Fill",
      [writer.constant("i32", [4], shape), writer.constant("f32", [], [0])],
      {
        T: { type: "f32" },
        index_type: { type: "i32" },
      },
    );
    return writer.node("ResizeBilinearGrad", [gradient!, original[0]!], tensorflowFlags(attributes));
  },
  samples: cases.map(({ name, from, attributes }, index) => ({
    name,
    inputs: [image(attributes.size[0]!, attributes.size[1]!, from[2]!, 1 + (index % 2))],
    attributes: { ...attributes, size: from.slice(0, 2) },
  })),
  broken,
};
