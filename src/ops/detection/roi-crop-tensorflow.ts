/** Where roiCrop lies for TensorFlow's CropAndResize, whose rule it is. */
import { tensorflowMath } from "../tensorflow-math.ts";
import type { NativeFrame } from "./sampled-regions-tensorflow.ts";

export const cropFrame = (how: Pick<NativeFrame, "size" | "strides" | "regions">): NativeFrame => ({
  ...how,
  sampling: 1,
  points: "ends",
  place(writer, { start, end }, stride, spans) {
    const { sub, mul } = tensorflowMath(writer, "f32");
    const normalised = writer.constant(
      "f32",
      [2],
      spans.map((span) => 1 / (stride * span)),
    );
    return { first: mul(start, normalised), width: mul(sub(end, start), normalised) };
  },
});
