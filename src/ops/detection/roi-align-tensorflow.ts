/** Where roiAlign with a fixed number of samples lies for TensorFlow's CropAndResize. */
import { tensorflowMath } from "../tensorflow-math.ts";
import type { NativeFrame } from "./sampled-regions-tensorflow.ts";

type Aligning = Pick<NativeFrame, "size" | "strides" | "regions" | "sampling"> & {
  readonly aligned: boolean;
};

export const alignFrame = ({ aligned, ...how }: Aligning): NativeFrame => ({
  ...how,
  points: "inside",
  place(writer, { start, end }, stride, spans) {
    const { add, sub, mul, maximum } = tensorflowMath(writer, "f32");
    const pair = (values: readonly number[]) => writer.constant("f32", [2], values);
    // One mirrored cell moves the origin by 1.
    const shift = aligned ? 0.5 : 1;
    const normalised = pair(spans.map((span) => 1 / (stride * span)));
    const cells = mul(sub(end, start), normalised);
    return {
      first: add(mul(start, normalised), pair(spans.map((span) => shift / span))),
      width: aligned ? cells : maximum(cells, pair(spans.map((span) => 1 / span))),
    };
  },
});
