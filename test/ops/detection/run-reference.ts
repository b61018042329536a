/** Runs one op's reference on plain numbers. */
import type { Attributes, DType } from "../../../src/ir/types.ts";
import type { OpDef, TensorData } from "../../../src/ops/define.ts";

export interface Operand {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

const arrays = { f32: Float32Array, i32: Int32Array, bool: Uint8Array } as const;

export function runReference(op: OpDef, operands: readonly Operand[], attributes: Attributes): TensorData[] {
  const inputs = operands.map(({ dtype, shape, data }) => ({
    type: { dtype, shape },
    data: arrays[dtype].from(data),
  }));
  const outputs = op
    .infer(
      inputs.map((input) => input.type),
      attributes,
    )
    .map((type) => ({ type, data: new arrays[type.dtype](type.shape.reduce((a, b) => a * b, 1)) }));
  op.reference(inputs, attributes, outputs);
  return outputs;
}

/** Largest absolute difference. */
export function distance(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  return Array.from(actual).reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
}
