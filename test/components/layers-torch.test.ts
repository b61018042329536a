/** Every layer gives what torch gives, and its gradients are torch's. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { differentiate } from "../../src/autodiff/differentiate.ts";
import { layers } from "../../src/components/layers/index.ts";
import type { Value } from "../../src/ir/types.ts";
import type { FeatureShape, LayerUse } from "../../src/model/model.ts";
import { createBuilder } from "../../src/ops/builder.ts";
import { interpret } from "../../src/ops/interpret.ts";

interface Packed {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface Case {
  readonly layer: string;
  readonly attributes: LayerUse["attributes"];
  readonly kind: "region" | "vector";
  readonly inputs: readonly Packed[];
  readonly parameters: Readonly<Record<string, Packed>>;
  readonly noise?: Packed;
  readonly output: Packed;
  readonly weights: Packed;
  /** Of the sum of the weighted output, by `input0`, ... and the names of parameters. */
  readonly gradients: Readonly<Record<string, Packed>>;
}

/** Written by test/oracles/layers.py. */
const cases: readonly Case[] = JSON.parse(
  readFileSync(new URL("layers.golden.json", import.meta.url), "utf8"),
);

test("every layer is held to torch", () => {
  // `freeze` computes nothing; test/components/frozen.test.ts holds it to what it stops.
  const computing = Object.keys(layers).filter((name) => !layers[name]!.freezes);
  expect(new Set(cases.map(({ layer }) => layer))).toEqual(new Set(computing));
});

const shapeOf = (kind: Case["kind"], [, ...sizes]: readonly number[]): FeatureShape =>
  kind === "vector"
    ? { kind, channels: sizes[0]! }
    : { kind, height: sizes[0]!, width: sizes[1]!, channels: sizes[2]! };

/** The layer's training graph: `y`, and `loss`, the sum of the weighted output. */
function graphOf({ layer: name, attributes, kind, inputs, weights }: Case) {
  const layer = layers[name]!;
  const inputShapes = inputs.map(({ shape }) => shapeOf(kind, shape));
  const derived = layer.derive(inputShapes, attributes);
  if ("problem" in derived) throw new Error(derived.problem);
  const span = { source: { name: "s", text: "" }, start: 0, end: 0 };
  const use: LayerUse = {
    path: "x",
    layer: name,
    attributes,
    inputs: [],
    inputShapes,
    output: derived.shape,
    span,
  };
  const b = createBuilder(name);
  const zero = { kind: "constant", value: 0 } as const;
  const values = inputs.map(({ shape }, index) => b.parameter(`input${index}`, "weight", shape, zero));
  const y = layer.lower(b, use, values, {
    training: true,
    hasFixedStatistics: () => false,
    parameter: (path, role, shape): Value => b.parameter(path, role, shape, zero),
    noise: (_, shape) => b.input("noise", { dtype: "f32", shape }, ""),
  });
  b.output("y", y, "");
  const product = b.mul(y, b.input("factors", { dtype: "f32", shape: weights.shape }, ""));
  b.output("loss", b.sum(product, { axes: weights.shape.map((_, axis) => axis), keepDims: false }), "");
  const { value } = differentiate(b.build(), { loss: "loss" });
  const builder = createBuilder(name, value!.graph);
  for (const [parameter, gradient] of value!.gradients) builder.output(`d ${parameter}`, gradient, "");
  return { graph: builder.build(), trained: [...value!.gradients.keys()] };
}

/** Constants of a graph are f32, so that 0.1 is off by 1e-9. */
function expectClose(found: ArrayLike<number>, expected: Packed, what: string): void {
  expect(found.length, what).toBe(expected.data.length);
  const scale = Math.max(1, ...expected.data.map(Math.abs));
  const worst = Math.max(...expected.data.map((value, i) => Math.abs(found[i]! - value) / scale));
  expect(worst, what).toBeLessThan(1e-6);
}

test.each(
  cases.map((each, index) => ({
    ...each,
    title: `${index}: ${each.layer} ${JSON.stringify(each.attributes)}`,
  })),
)("$title", (each) => {
  const { graph, trained } = graphOf(each);
  const feeds: Record<string, readonly number[]> = { factors: each.weights.data };
  each.inputs.forEach(({ data }, index) => {
    feeds[`input${index}`] = data;
  });
  for (const [name, { data }] of Object.entries(each.parameters)) feeds[`x.${name}`] = data;
  if (each.noise) feeds.noise = each.noise.data;
  for (const { name, value } of graph.parameters)
    feeds[name] ??= new Array<number>(value.type.shape.reduce((a, b) => a * b, 1)).fill(0);
  const { outputs } = interpret(graph, feeds, { precision: "f64" });
  expect(outputs.y!.type.shape).toEqual(each.output.shape);
  expectClose(outputs.y!.data, each.output, "the output");
  const named = (name: string) => (name.startsWith("input") ? name : `x.${name}`);
  expect(trained.sort()).toEqual(Object.keys(each.gradients).map(named).sort());
  for (const [name, gradient] of Object.entries(each.gradients))
    expectClose(outputs[`d ${named(name)}`]!.data, gradient, `the gradient of ${name}`);
});
