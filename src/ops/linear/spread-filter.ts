/** Dilated filters as plain ones, for TensorFlow's convolution gradients, which know no dilation on the processor. */
import type { TensorflowRef, TensorflowWriter } from "../define.ts";

/** Shape of the filter [h, w, C, K] with zeros put between its taps. */
export const spreadShape = (
  [height, width, ...channels]: readonly number[],
  [down, across]: readonly number[],
): number[] => [(height! - 1) * down! + 1, (width! - 1) * across! + 1, ...channels];

/** The filter with zeros between its taps. */
export function spreadFilter(
  writer: TensorflowWriter,
  filter: TensorflowRef,
  shape: readonly number[],
  dilations: readonly number[],
): TensorflowRef {
  const [height, width, channels, filters] = shape as [number, number, number, number];
  const [down, across] = dilations as [number, number];
  const types = { T: { type: "f32" }, Tshape: { type: "i32" } } as const;
  const integers = (values: readonly number[], size: readonly number[]) =>
    writer.constant("i32", size, values);
  const apart = [height, 1, width, 1, channels, filters];
  const [open] = writer.node("Reshape", [filter, integers(apart, [6])], types);
  const zeros = integers([0, 0, 0, down - 1, 0, 0, 0, across - 1, 0, 0, 0, 0], [6, 2]);
  const [padded] = writer.node("Pad", [open!, zeros], { T: { type: "f32" }, Tpaddings: { type: "i32" } });
  const joined = [height * down, width * across, channels, filters];
  const [flat] = writer.node("Reshape", [padded!, integers(joined, [4])], types);
  const size = integers(spreadShape(shape, dilations), [4]);
  const [spread] = writer.node("Slice", [flat!, integers([0, 0, 0, 0], [4]), size], {
    T: { type: "f32" },
    Index: { type: "i32" },
  });
  return spread!;
}

/** The taps of a spread filter: its gradient, taken at every tap and not between. */
export function gatherTaps(
  writer: TensorflowWriter,
  spread: TensorflowRef,
  shape: readonly number[],
  dilations: readonly number[],
): TensorflowRef {
  const four = (values: readonly number[]) => writer.constant("i32", [4], values);
  const operands = [
    spread,
    four([0, 0, 0, 0]),
    four(spreadShape(shape, dilations)),
    four([...dilations, 1, 1]),
  ];
  const [taps] = writer.node("StridedSlice", operands, { T: { type: "f32" }, Index: { type: "i32" } });
  return taps!;
}
