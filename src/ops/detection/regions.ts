/** What ops over pyramid levels and regions have in common: their operands' types. */
import { printType } from "../../ir/tensor-type.ts";
import type { TensorType } from "../../ir/types.ts";
import { constrain } from "../define.ts";

/** Constraints that hold for operands `levels, boxes, image, level`, and for the attributes `size` and `strides`. */
export const regionConstraints = {
  C1: "each level is f32[N, H, W, C], all with the same N and C",
  C2: "boxes is f32[R, 4]",
  C3: "image and level are i32[R]",
  C4: "there are as many strides as levels, all positive",
  C5: "size is two positive integers",
} as const;

const isPositiveInteger = (value: number): boolean => Number.isInteger(value) && value >= 1;

export function constrainLevels(levels: readonly TensorType[], strides: readonly number[]): void {
  const [first] = levels;
  for (const level of levels)
    constrain(
      level.dtype === "f32" &&
        level.shape.length === 4 &&
        level.shape[0] === first!.shape[0] &&
        level.shape[3] === first!.shape[3],
      "C1",
      `a level is ${printType(level)}, the first is ${printType(first!)}`,
    );
  constrain(
    levels.length > 0 && strides.length === levels.length && strides.every((stride) => stride > 0),
    "C4",
    `strides [${strides}] for ${levels.length} levels`,
  );
}

export function constrainRegions(boxes: TensorType, image: TensorType, level: TensorType): void {
  constrain(
    boxes.dtype === "f32" && boxes.shape.length === 2 && boxes.shape[1] === 4,
    "C2",
    `boxes is ${printType(boxes)}`,
  );
  for (const index of [image, level])
    constrain(
      index.dtype === "i32" && index.shape.length === 1 && index.shape[0] === boxes.shape[0],
      "C3",
      `image or level is ${printType(index)} for boxes ${printType(boxes)}`,
    );
}

export function constrainSize(size: readonly number[]): void {
  constrain(size.length === 2 && size.every(isPositiveInteger), "C5", `size is [${size}]`);
}

/** The operands of an op whose first input is a list, as `levels, boxes, image, level`. */
export const splitRegions = <T>(inputs: readonly T[]) => ({
  levels: inputs.slice(0, -3),
  boxes: inputs.at(-3)!,
  image: inputs.at(-2)!,
  level: inputs.at(-1)!,
});
