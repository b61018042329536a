/** How maskTargets is said with stock TensorFlow ops, with shapes that follow the largest crop of the batch. */
import type { TensorflowRef, TensorflowWriter } from "../define.ts";
import { castTo, rangeOf, tensorflowMath } from "../tensorflow-math.ts";
import { type AxisSamples, largest, reshapeTo, weightsOf } from "./axis-weights-tensorflow.ts";
import type { MaskTargets } from "./mask-targets.ts";

/*
 * RoIAlign is separable: a target is `Wy F Wx^T`, F the pixels of the object's crop and Wy, Wx the averaged bilinear
 * weights of rows and columns. Weights of pixels outside the crop are left out, so what F holds there is never seen.
 */

type Frame = MaskTargets & { readonly pixels: number; readonly regions: number };

interface Axis extends AxisSamples {
  readonly begin: TensorflowRef;
  readonly count: TensorflowRef;
  readonly padded: TensorflowRef;
}

/** Pixels of the crops, f32[R, rows, columns]; beyond a crop whatever comes next in the pack. */
function unpack(
  writer: TensorflowWriter,
  [pixels, offsets]: readonly TensorflowRef[],
  [rows, columns]: readonly [Axis, Axis],
  frame: Frame,
): TensorflowRef {
  const [real, whole] = [tensorflowMath(writer, "f32"), tensorflowMath(writer, "i32")];
  const single = (x: TensorflowRef) => whole.reshape(x, [frame.regions, 1, 1]);
  const y = reshapeTo(writer, rangeOf(writer, 0, rows.padded), "i32", [1, rows.padded, 1]);
  const x = reshapeTo(writer, rangeOf(writer, 0, columns.padded), "i32", [1, 1, columns.padded]);
  const index = whole.add(whole.add(single(offsets!), whole.mul(y, single(columns.count))), x);
  const held = whole.maximum(whole.minimum(index, frame.pixels - 1), 0);
  return real.gather(castTo(writer, pixels!, "bool", "f32"), held);
}

/** `inputs`: pixels, offsets, crops, boxes. */
export function maskTargetsNatively(
  writer: TensorflowWriter,
  [pixels, offsets, crops, boxes]: readonly TensorflowRef[],
  frame: Frame,
): TensorflowRef {
  const [real, whole] = [tensorflowMath(writer, "f32"), tensorflowMath(writer, "i32")];
  const column = (math: typeof real, x: TensorflowRef, index: number) =>
    math.slice(x, [0, index], [frame.regions, 1]);
  const axis = (place: 0 | 1): Axis => {
    const count = column(whole, crops!, place + 2);
    const start = column(real, boxes!, place);
    return {
      start,
      extent: real.maximum(real.sub(column(real, boxes!, place + 2), start), 1),
      begin: column(whole, crops!, place),
      count,
      limit: frame.image[1 - place]!,
      padded: largest(writer, count),
    };
  };
  const [across, down] = [axis(0), axis(1)];
  const product = (x: TensorflowRef, y: TensorflowRef, transposed: boolean) =>
    writer.node("BatchMatMulV2", [x, y], {
      T: { type: "f32" },
      adj_x: { bool: false },
      adj_y: { bool: transposed },
    })[0]!;
  const features = unpack(writer, [pixels!, offsets!], [down, across], frame);
  return product(
    product(weightsOf(writer, down, frame), features, false),
    weightsOf(writer, across, frame),
    true,
  );
}
