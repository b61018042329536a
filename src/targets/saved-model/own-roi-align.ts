/** RoIAlign by the kernel that is compiled with the native back end. */
import type { Node } from "../../ir/types.ts";
import type { TensorflowRef, TensorflowWriter } from "../../ops/define.ts";

/** A fixed number of samples, no more than the kernel has room for, of channels that fill its registers. */
export function isOwnRoiAlign({ op, inputs, attributes }: Node): boolean {
  const sampling = attributes.sampling as number;
  return op === "roiAlign" && sampling >= 1 && sampling <= 8 && inputs[0]!.type.shape[3]! % 16 === 0;
}

/** `refs` are those of the op's inputs: levels, boxes, image, level. */
export function writeOwnRoiAlign(
  writer: TensorflowWriter,
  refs: readonly TensorflowRef[],
  { attributes }: Node,
): TensorflowRef {
  const strides = attributes.strides as readonly number[];
  return writer.node("RcnnRoiAlign", refs, {
    count: { int: strides.length },
    size: { ints: attributes.size as readonly number[] },
    strides: { ints: strides },
    sampling: { int: attributes.sampling as number },
    aligned: { bool: attributes.aligned as boolean },
  })[0]!;
}
