import { expect, test } from "vitest";
import { printType } from "../../src/ir/tensor-type.ts";
import type { TensorType, Value } from "../../src/ir/types.ts";
import { createBuilder } from "../../src/ops/builder.ts";
import { ConstraintViolation, type OpDef, type Sample } from "../../src/ops/define.ts";
import { ops } from "../../src/ops/index.ts";
import { interpret, runOp, tensorOf } from "../../src/ops/interpret.ts";

const registry = Object.entries<OpDef>(ops);
const typeOf = ({ dtype, shape }: TensorType): TensorType => ({ dtype, shape });
const samples = registry.flatMap(([, op]) =>
  op.samples.map((sample) => ({ op, sample, title: `${op.name}: ${sample.name}` })),
);

test.each(registry)("%s is filed under its name and says what it is in full sentences", (name, op) => {
  expect(op.name).toBe(name);
  for (const text of [op.summary, ...Object.values(op.constraints), ...Object.values(op.attributes)]) {
    expect(text.length).toBeGreaterThan(3);
  }
  expect(op.summary).toMatch(/\.$/);
  expect(op.inputs.slice(1).every((input) => !input.name.startsWith("..."))).toBe(true);
  for (const input of op.inputs) {
    if (input.gradient !== "differentiable" && op.vjp !== "none")
      expect(input.reason ?? "", input.name).not.toBe("");
  }
  const differentiable = op.inputs.some((input) => input.gradient === "differentiable");
  expect(op.vjp === "none").toBe(!differentiable);
});

test.each(registry)("%s has at least two samples with attributes as declared", (_, op) => {
  expect(op.samples.length).toBeGreaterThanOrEqual(2);
  const declared = Object.keys(op.attributes).sort();
  for (const sample of op.samples)
    expect(Object.keys(sample.attributes).sort(), sample.name).toEqual(declared);
});

test.each(registry)("each constraint of %s rejects the samples that break it, by its label", (_, op) => {
  const broken = new Set(op.broken.map((sample) => sample.label));
  expect([...broken].sort()).toEqual(Object.keys(op.constraints).sort());
  for (const { label, inputs, attributes } of op.broken) {
    const infer = () => op.infer(inputs.map(typeOf), attributes);
    expect(infer, label).toThrow(ConstraintViolation);
    expect(infer, label).toThrow(new RegExp(`^${label}: `));
  }
});

test.each(samples)("$title: the reference fills what is inferred and writes no operand", ({ op, sample }) => {
  for (const precision of ["f32", "f64"] as const) {
    const inputs = sample.inputs.map((input) => tensorOf(typeOf(input), input.data, precision));
    const before = inputs.map((input) => [...input.data]);
    const outputs = runOp(op, inputs, sample.attributes, undefined, precision);
    expect(outputs.length).toBeGreaterThan(0);
    for (const { type, data } of outputs) {
      expect(
        data.every((value) => Number.isFinite(value)),
        printType(type),
      ).toBe(true);
      if (type.dtype === "bool") expect([...data].every((value) => value === 0 || value === 1)).toBe(true);
    }
    expect(inputs.map((input) => [...input.data])).toEqual(before);
  }
});

test.each(samples)("$title: the cost is a finite number", ({ op, sample }) => {
  const inputs = sample.inputs.map(typeOf);
  const cost = op.cost(inputs, op.infer(inputs, sample.attributes), sample.attributes);
  expect(Number.isFinite(cost) && cost >= 0).toBe(true);
});

const differentiable = samples.filter(
  ({ op, sample }) => op.vjp !== "none" && !sample.skipGradient && isDifferentiable(op, sample),
);

function isDifferentiable(op: OpDef, sample: Sample): boolean {
  return sample.inputs.some(
    (input, i) =>
      input.dtype === "f32" && inputDefAt(op, sample.inputs.length, i).gradient === "differentiable",
  );
}

/** The definition of operand `at`, where the first may stand for several. */
function inputDefAt(op: OpDef, count: number, at: number): OpDef["inputs"][number] {
  const extra = count - op.inputs.length;
  return op.inputs[Math.max(0, at - extra)]!;
}

/** Weights that make a scalar of an output, so that its gradient is known; their signs and sizes vary. */
const weightsOf = (size: number, output: number): Float64Array =>
  Float64Array.from({ length: size }, (_, i) => Math.cos(1.7 * i + output) + 0.3);

/** Outputs that carry a gradient: all f32 ones, save batch statistics. */
const carries = (op: OpDef, output: number, type: TensorType): boolean =>
  type.dtype === "f32" && !(op.name === "batchNorm" && output > 0);

test.each(differentiable)("$title: the gradient agrees with central differences", ({ op, sample }) => {
  const inputs = sample.inputs.map((input) => tensorOf(typeOf(input), input.data, "f64"));
  const loss = (at: number, changed: Float64Array): number => {
    const operands = inputs.map((input, i) => (i === at ? { ...input, data: changed } : input));
    const outputs = runOp(op, operands, sample.attributes, undefined, "f64");
    return outputs.reduce((sum, { type, data }, k) => {
      if (!carries(op, k, type)) return sum;
      const weights = weightsOf(data.length, k);
      return sum + weights.reduce((total, weight, i) => total + weight * data[i]!, 0);
    }, 0);
  };
  const analytic = gradientsOf(op, sample);
  inputs.forEach((input, at) => {
    const { gradient } = inputDefAt(op, inputs.length, at);
    if (gradient !== "differentiable" || input.type.dtype !== "f32") {
      expect(analytic[at], `operand ${at} has no gradient`).toBeUndefined();
      return;
    }
    const step = 1e-5;
    const numeric = Array.from(input.data, (value, i) => {
      const moved = (by: number) => {
        const changed = Float64Array.from(input.data);
        changed[i] = value + by;
        return loss(at, changed);
      };
      return (moved(step) - moved(-step)) / (2 * step);
    });
    const scale = Math.max(1, ...numeric.map(Math.abs));
    expect(analytic[at]?.length, `operand ${at}`).toBe(numeric.length);
    numeric.forEach((value, i) => {
      expect(
        Math.abs(analytic[at]![i]! - value) / scale,
        `operand ${at}, element ${i}: ${analytic[at]![i]} and ${value}`,
      ).toBeLessThan(1e-6);
    });
  });
});

/** The vjp as a graph, run by the interpreter. */
function gradientsOf(op: OpDef, sample: Sample): (readonly number[] | undefined)[] {
  const builder = createBuilder("vjp");
  const values = sample.inputs.map((input, i) => builder.input(`x${i}`, typeOf(input), "An operand."));
  const outputs = builder.apply(op.name, values, sample.attributes);
  const seeds = outputs.map((output, k): Value | undefined =>
    carries(op, k, output.type) ? builder.input(`dy${k}`, output.type, "A gradient.") : undefined,
  );
  if (op.vjp === "none") throw new Error("not differentiable");
  const gradients = op.vjp(builder, { inputs: values, outputs, attributes: sample.attributes }, seeds);
  gradients.forEach((gradient, i) => {
    if (gradient) builder.output(`dx${i}`, gradient, "A gradient.");
    if (gradient) expect(printType(gradient.type)).toBe(printType(typeOf(sample.inputs[i]!)));
  });
  const feeds: Record<string, ArrayLike<number>> = {};
  sample.inputs.forEach((input, i) => {
    feeds[`x${i}`] = input.data;
  });
  seeds.forEach((seed, k) => {
    if (seed)
      feeds[`dy${k}`] = weightsOf(
        seed.type.shape.reduce((a, b) => a * b, 1),
        k,
      );
  });
  const { outputs: results } = interpret(builder.build(), feeds, { precision: "f64" });
  return sample.inputs.map((_, i) => (results[`dx${i}`] ? [...results[`dx${i}`]!.data] : undefined));
}
