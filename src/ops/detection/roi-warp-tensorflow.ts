/** Where roiWarp lies for TensorFlow's CropAndResize. */
import { type Operand, tensorflowMath } from "../tensorflow-math.ts";
import type { NativeFrame } from "./sampled-regions-tensorflow.ts";

export const warpFrame = (
  how: Pick<NativeFrame, "size" | "strides" | "regions" | "sampling">,
): NativeFrame => ({
  ...how,
  points: "inside",
  place(writer, { start, end }, stride, spans) {
    const { add, sub, mul, maximum, minimum, sign, floor, abs } = tensorflowMath(writer, "f32");
    const pair = (values: readonly number[]) => writer.constant("f32", [2], values);
    const round = (x: Operand) => mul(sign(x), floor(add(abs(x), 0.5)));
    // The mirrored map has two cells more than the map.
    const last = pair(spans.map((span) => span - 2));
    const cellOf = (x: Operand, first: Operand) => minimum(maximum(round(mul(x, 1 / stride)), first), last);
    const first = cellOf(start, 0);
    const cells = add(sub(cellOf(end, first), first), 1);
    const normalised = pair(spans.map((span) => 1 / span));
    // One mirrored cell moves the origin by 1, and the first cell begins half a cell before its centre.
    return { first: mul(add(first, 0.5), normalised), width: mul(cells, normalised) };
  },
});
