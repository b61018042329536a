/** A border that mirrors the image, and its gradient. */
import { printType, sizeOf } from "../../ir/tensor-type.ts";
import type { TensorType } from "../../ir/types.ts";
import { constrain, type Op, type TensorData, type TensorflowWriter } from "../define.ts";

export type ReflectPadAttributes = { readonly padding: readonly (readonly number[])[] };

const paddingText = "[[top, bottom], [left, right]]: pixels of border.";
const constraints = {
  C1: "The operand is f32 of rank 4: images [N, H, W, C].",
  C2: "The padding is two pairs of whole numbers, none below 0.",
  C3: "Each side of the image is longer than its borders, which mirror it without its edge.",
};

function constrainPadding(type: TensorType, padding: ReflectPadAttributes["padding"]): void {
  constrain(type.dtype === "f32" && type.shape.length === 4, "C1", printType(type));
  const pairs = padding.length === 2 && padding.every((pair) => pair.length === 2);
  const well = pairs && padding.flat().every((pixels) => Number.isInteger(pixels) && pixels >= 0);
  constrain(well, "C2", JSON.stringify(padding));
}

const constrainSides = (x: readonly number[], padding: ReflectPadAttributes["padding"]): void =>
  constrain(
    padding.every((pair, axis) => Math.max(...pair) < x[axis + 1]!),
    "C3",
    `[${x.join(", ")}], padding ${JSON.stringify(padding)}`,
  );

/** The image's shape after `sign` times the borders are added. */
const grown = (
  [count, height, width, channels]: readonly number[],
  padding: ReflectPadAttributes["padding"],
  sign: 1 | -1,
) => [
  count!,
  height! + sign * (padding[0]![0]! + padding[0]![1]!),
  width! + sign * (padding[1]![0]! + padding[1]![1]!),
  channels!,
];

/** Which pixel of `size` each position of the bordered side shows. */
const mirror = (size: number, [before, after]: readonly number[]): number[] =>
  Array.from({ length: before! + size + after! }, (_, position) => {
    const inside = Math.abs(position - before!);
    return inside < size ? inside : 2 * (size - 1) - inside;
  });

/** Calls `visit` with the first elements of each pixel of the bordered image and of the one it shows. */
function eachPixel(
  x: readonly number[],
  padding: ReflectPadAttributes["padding"],
  visit: (inner: number, outer: number) => void,
): void {
  const [count, height, width, channels] = x as [number, number, number, number];
  const [rows, columns] = [mirror(height, padding[0]!), mirror(width, padding[1]!)];
  for (let n = 0, outer = 0; n < count; n++) {
    for (const h of rows) {
      for (const w of columns) {
        visit(((n * height + h) * width + w) * channels, outer);
        outer += channels;
      }
    }
  }
}

function addBorder(x: TensorData, padding: ReflectPadAttributes["padding"], y: TensorData): void {
  const channels = x.type.shape[3]!;
  eachPixel(x.type.shape, padding, (inner, outer) => {
    for (let c = 0; c < channels; c++) y.data[outer + c] = x.data[inner + c]!;
  });
}

function foldBorder(gradient: TensorData, padding: ReflectPadAttributes["padding"], dx: TensorData): void {
  const channels = dx.type.shape[3]!;
  const total = new Float64Array(dx.data.length);
  eachPixel(dx.type.shape, padding, (inner, outer) => {
    for (let c = 0; c < channels; c++) total[inner + c]! += gradient.data[outer + c]!;
  });
  dx.data.set(total);
}

const borders = (writer: TensorflowWriter, { padding }: ReflectPadAttributes) =>
  writer.constant("i32", [4, 2], [0, 0, ...padding.flat(), 0, 0]);
const tensorflowAttributes = {
  T: { type: "f32" },
  Tpaddings: { type: "i32" },
  mode: { text: "REFLECT" },
} as const;

const f32 = (shape: readonly number[]): TensorType => ({ dtype: "f32", shape });
const ramp = (shape: readonly number[]) => ({
  dtype: "f32" as const,
  shape,
  data: Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 5) % 13) - i / 7),
});
const cases = [
  {
    name: "a border of one pixel",
    x: [2, 3, 2, 1],
    padding: [
      [1, 1],
      [1, 1],
    ],
  },
  {
    name: "uneven, two channels",
    x: [1, 4, 5, 2],
    padding: [
      [0, 3],
      [2, 1],
    ],
  },
];
const one = cases[0]!.padding;

export const reflectPad: Op<["x"], ReflectPadAttributes> = {
  name: "reflectPad",
  summary: "Images [N, H, W, C] with a border that mirrors them; their edge is not repeated.",
  inputs: [{ name: "x", gradient: "differentiable" }],
  attributes: { padding: paddingText },
  constraints,
  infer: ([x], { padding }) => {
    constrainPadding(x!, padding);
    constrainSides(x!.shape, padding);
    return [f32(grown(x!.shape, padding, 1))];
  },
  reference: ([x], { padding }, [y]) => addBorder(x!, padding, y!),
  vjp: (builder, { attributes }, [dy]) => [dy && builder.reflectPadGrad(dy, attributes)],
  cost: (_, [y]) => sizeOf(y!.shape),
  tfjs: "reference",
  tensorflow: (writer, [x], { attributes }) =>
    writer.node("MirrorPad", [x!, borders(writer, attributes)], tensorflowAttributes),
  samples: cases.map(({ name, x, padding }) => ({ name, inputs: [ramp(x)], attributes: { padding } })),
  broken: [
    { label: "C1", inputs: [f32([3, 2, 1])], attributes: { padding: one } },
    { label: "C2", inputs: [f32([1, 3, 2, 1])], attributes: { padding: [[1, 1]] } },
    { label: "C3", inputs: [f32([1, 3, 1, 1])], attributes: { padding: one } },
  ],
};

export const reflectPadGrad: Op<["gradient"], ReflectPadAttributes> = {
  name: "reflectPadGrad",
  summary: "The gradient of reflectPad's x: the border is folded back and added.",
  inputs: [{ name: "gradient", gradient: "differentiable" }],
  attributes: { padding: paddingText },
  constraints,
  infer: ([gradient], { padding }) => {
    constrainPadding(gradient!, padding);
    const inner = grown(gradient!.shape, padding, -1);
    constrainSides(inner, padding);
    return [f32(inner)];
  },
  reference: ([gradient], { padding }, [dx]) => foldBorder(gradient!, padding, dx!),
  vjp: (builder, { attributes }, [ddx]) => [ddx && builder.reflectPad(ddx, attributes)],
  cost: ([gradient]) => sizeOf(gradient!.shape),
  tfjs: "reference",
  tensorflow: (writer, [gradient], { attributes }) =>
    writer.node("MirrorPadGrad", [gradient!, borders(writer, attributes)], tensorflowAttributes),
  samples: cases.map(({ name, x, padding }) => ({
    name,
    inputs: [ramp(grown(x, padding, 1))],
    attributes: { padding },
  })),
  broken: [
    { label: "C1", inputs: [f32([5, 4, 1])], attributes: { padding: one } },
    { label: "C2", inputs: [f32([1, 5, 4, 1])], attributes: { padding: [[1, 1]] } },
    { label: "C3", inputs: [f32([1, 5, 3, 1])], attributes: { padding: one } },
  ],
};
