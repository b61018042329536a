/** Runs one sample of an op on a session and by its reference, for the laws of back ends. */

import type { DType, TensorType } from "../../src/ir/types.ts";
import { createBuilder } from "../../src/ops/builder.ts";
import type { OpDef, Sample, TensorData } from "../../src/ops/define.ts";
import type { HostTensors } from "../../src/runtime/session.ts";
import type { Program } from "../../src/targets/artifact.ts";

const arrayTypes = { f32: Float32Array, i32: Int32Array, bool: Uint8Array } as const;

export const sampleName = (op: OpDef, sample: Sample): string => `${op.name}: ${sample.name}`;

/** One function a sample: the sample's inputs fed as `input<i>`, the op's results given as `output<i>`. */
export function sampleProgram(ops: readonly OpDef[]): Program {
  const functions = ops.flatMap((op) =>
    op.samples.map((sample) => [sampleName(op, sample), sampleGraph(op, sample)] as const),
  );
  return { name: "samples", functions: Object.fromEntries(functions) };
}

function sampleGraph(op: OpDef, sample: Sample) {
  const builder = createBuilder(sampleName(op, sample));
  const inputs = sample.inputs.map(({ dtype, shape }, index) =>
    builder.input(`input${index}`, { dtype, shape }, ""),
  );
  const outputs = builder.apply(op.name, inputs, sample.attributes);
  outputs.forEach((value, index) => {
    builder.output(`output${index}`, value, "");
  });
  return builder.build();
}

export function sampleFeeds(sample: Sample): HostTensors {
  const feeds = sample.inputs.map(({ dtype, shape, data }, index) => [
    `input${index}`,
    { dtype, shape, data: new arrayTypes[dtype](data) },
  ]);
  return Object.fromEntries(feeds) as HostTensors;
}

/** The op's own loops, in f32. */
export function sampleReference(op: OpDef, sample: Sample): readonly TensorData[] {
  const inputs = sample.inputs.map(({ dtype, shape, data }) => tensor({ dtype, shape }, data));
  const outputs = op
    .infer(
      inputs.map((input) => input.type),
      sample.attributes,
    )
    .map((type) => tensor(type));
  op.reference(inputs, sample.attributes, outputs);
  return outputs;
}

function tensor(type: TensorType, data?: readonly number[]): TensorData {
  const ArrayType = arrayTypes[type.dtype as DType];
  return {
    type,
    data: data ? new ArrayType(data) : new ArrayType(type.shape.reduce((size, each) => size * each, 1)),
  };
}

/** The greatest difference relative to the greatest magnitude; infinite where one is not finite and the other differs. */
export function relativeDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let scale = 1e-6;
  let difference = 0;
  for (let index = 0; index < expected.length; index++) {
    const [x, y] = [found[index]!, expected[index]!];
    if (Object.is(x, y) || x === y) continue;
    if (!Number.isFinite(x) || !Number.isFinite(y)) return Number.POSITIVE_INFINITY;
    scale = Math.max(scale, Math.abs(y));
    difference = Math.max(difference, Math.abs(x - y));
  }
  return found.length === expected.length ? difference / scale : Number.POSITIVE_INFINITY;
}
