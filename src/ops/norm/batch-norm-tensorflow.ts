/** Batch normalisation as TensorFlow nodes: its fused ops, and plain arithmetic where what they keep for the gradient is not at hand. */
import { sizeOf } from "../../ir/tensor-type.ts";
import type { TensorflowRef, TensorflowWriter } from "../define.ts";
import { tensorflowMath } from "../tensorflow-math.ts";

type Refs = readonly TensorflowRef[];
type Shape = readonly number[];

/** TensorFlow's op takes rank 4 only. */
function asImages(writer: TensorflowWriter, value: TensorflowRef, shape: readonly number[]): TensorflowRef {
  if (shape.length === 4) return value;
  return reshaped(writer, value, [sizeOf(shape.slice(0, -1)), 1, 1, shape.at(-1)!]);
}

function fromImages(writer: TensorflowWriter, value: TensorflowRef, shape: readonly number[]): TensorflowRef {
  return shape.length === 4 ? value : reshaped(writer, value, shape);
}

const reshaped = (writer: TensorflowWriter, value: TensorflowRef, shape: readonly number[]): TensorflowRef =>
  writer.node("Reshape", [value, writer.constant("i32", [shape.length], shape)], {
    T: { type: "f32" },
    Tshape: { type: "i32" },
  })[0]!;

const fusedAttributes = (epsilon: number, isTraining: boolean) => ({
  T: { type: "f32" as const },
  U: { type: "f32" as const },
  epsilon: { float: epsilon },
  data_format: { text: "NHWC" },
  is_training: { bool: isTraining },
});

/** y, mean and biased variance. */
export function trainingTensorflow(
  writer: TensorflowWriter,
  [x, scale, offset]: Refs,
  shape: Shape,
  epsilon: number,
): TensorflowRef[] {
  const none = writer.constant("f32", [0], []);
  const fused = writer.node(
    "FusedBatchNormV3",
    [asImages(writer, x!, shape), scale!, offset!, none, none],
    { ...fusedAttributes(epsilon, true), exponential_avg_factor: { float: 1 } },
    6,
  );
  const count = sizeOf(shape.slice(0, -1));
  // Output 2 is the unbiased variance on every device; output 4, biased on a CPU, is an inverse root on a GPU.
  const toBiased = writer.constant("f32", [], [Math.max(count - 1, 1) / count]);
  const [variance] = writer.node("Mul", [fused[2]!, toBiased], { T: { type: "f32" } });
  writer.attach(variance!, fused.slice(3));
  return [fromImages(writer, fused[0]!, shape), fused[1]!, variance!];
}

/** The fused gradient takes what its forward node kept, which is another thing on each kind of device. */
export function gradientTensorflow(
  writer: TensorflowWriter,
  operands: Refs,
  shape: Shape,
  epsilon: number,
): TensorflowRef[] {
  const [gradient, x, scale, , variance] = operands;
  const kept = writer.attached(variance!);
  if (!kept) return plainGradient(writer, operands, shape, epsilon);
  const outputs = writer.node(
    "FusedBatchNormGradV3",
    [asImages(writer, gradient!, shape), asImages(writer, x!, shape), scale!, ...kept],
    fusedAttributes(epsilon, true),
    5,
  );
  return [fromImages(writer, outputs[0]!, shape), outputs[1]!, outputs[2]!];
}

/** Ioffe and Szegedy 2015, section 3, as in `moments.ts`. */
function plainGradient(
  writer: TensorflowWriter,
  [gradient, x, scale, mean, variance]: Refs,
  shape: Shape,
  epsilon: number,
): TensorflowRef[] {
  const { add, sub, mul, div } = tensorflowMath(writer, "f32");
  const axes = shape.slice(0, -1).map((_, axis) => axis);
  const overRows = (value: TensorflowRef): TensorflowRef =>
    writer.node("Sum", [value, writer.constant("i32", [axes.length], axes)], {
      T: { type: "f32" },
      Tidx: { type: "i32" },
      keep_dims: { bool: false },
    })[0]!;
  const count = sizeOf(shape.slice(0, -1));
  const [inverse] = writer.node("Rsqrt", [add(variance!, epsilon)], { T: { type: "f32" } });
  const normal = mul(sub(x!, mean!), inverse!);
  const [dScale, dOffset] = [overRows(mul(gradient!, normal)), overRows(gradient!)];
  const left = sub(sub(gradient!, div(dOffset, count)), mul(normal, div(dScale, count)));
  return [mul(left, mul(scale!, inverse!)), dScale, dOffset];
}

export function inferenceTensorflow(
  writer: TensorflowWriter,
  [x, scale, offset, mean, variance]: Refs,
  shape: Shape,
  epsilon: number,
): TensorflowRef[] {
  const outputs = writer.node(
    "FusedBatchNormV3",
    [asImages(writer, x!, shape), scale!, offset!, mean!, variance!],
    { ...fusedAttributes(epsilon, false), exponential_avg_factor: { float: 1 } },
    6,
  );
  return [fromImages(writer, outputs[0]!, shape)];
}
