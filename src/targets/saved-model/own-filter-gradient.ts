/** Gradients of filters by the kernel that is compiled with the native back end. */
import { sameShape } from "../../ir/tensor-type.ts";
import type { Node } from "../../ir/types.ts";
import type { TensorflowRef, TensorflowWriter } from "../../ops/define.ts";

/** Of 3x3 filters that move pixel by pixel with a border of one, and of channels that fill the kernel's registers. */
export function isOwnFilterGradient({ op, inputs, outputs, attributes }: Node): boolean {
  if (op !== "conv2dFilterGrad") return false;
  const [height, width] = inputs[0]!.type.shape.slice(1) as [number, number];
  const [rows, columns, channels, filters] = outputs[0]!.type.shape as [number, number, number, number];
  const { strides, padding, dilations } = attributes as Readonly<Record<string, readonly unknown[]>>;
  const ones = [strides!, dilations!, ...(padding as readonly (readonly unknown[])[])];
  return (
    sameShape([rows, columns], [3, 3]) &&
    ones.every((pair) => pair.every((each) => each === 1)) &&
    channels % 16 === 0 &&
    filters % 64 === 0 &&
    height * width > 0
  );
}

/** `refs` are those of the images and of the gradient. */
export const writeOwnFilterGradient = (
  writer: TensorflowWriter,
  refs: readonly TensorflowRef[],
): TensorflowRef => writer.node("RcnnFilterGradient3x3", refs, {})[0]!;
