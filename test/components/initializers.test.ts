/** Weights start as torch fills them. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parameterInitializer } from "../../src/components/context.ts";
import { initializers } from "../../src/components/initializers.ts";
import { layers } from "../../src/components/layers/index.ts";
import type { ParameterInitializer } from "../../src/ir/types.ts";
import type { FeatureShape, Initializer, LayerUse } from "../../src/model/model.ts";
import { createBuilder } from "../../src/ops/builder.ts";
import { initialState } from "../../src/train/initial-state.ts";

interface Case {
  readonly module: "conv" | "grouped conv" | "deconv" | "dense";
  readonly initializer: Initializer;
  readonly law: { readonly kind: string; readonly bound?: number; readonly deviation?: number };
}

/** Written by test/oracles/initializers.py. */
const cases: readonly Case[] = JSON.parse(
  readFileSync(new URL("initializers.golden.json", import.meta.url), "utf8"),
);

const region: FeatureShape = { kind: "region", channels: 6, height: 8, width: 8 };
const plain = {
  stride: [1, 1],
  padding: [0, 0],
  outputPadding: [0, 0],
  dilation: [1, 1],
  groups: 1,
  paddingMode: "zeros",
};

/** Torch's module as a use of one of our layers. */
const uses = {
  conv: ["conv", region, { ...plain, kernel: [3, 5], channels: 8 }],
  "grouped conv": ["conv", region, { ...plain, kernel: [3, 3], channels: 8, groups: 2 }],
  deconv: ["deconv", region, { ...plain, kernel: [2, 3], channels: 8 }],
  dense: ["dense", { kind: "vector", channels: 7 }, { units: 9 }],
} as const satisfies Record<Case["module"], Use>;

type Use = readonly [layer: string, input: FeatureShape, settings: object];

function lawOf([name, input, settings]: Use, initializer: Initializer): ParameterInitializer {
  const attributes = { ...settings, bias: false, initializer, biasInitializer: initializer };
  const layer = layers[name]!;
  const derived = layer.derive([input], attributes as unknown as LayerUse["attributes"]);
  if ("problem" in derived) throw new Error(derived.problem);
  const b = createBuilder("weights");
  const sizes = input.kind === "vector" ? [2, input.channels] : [2, 8, 8, input.channels];
  const x = b.input("x", { dtype: "f32", shape: sizes }, "");
  const span = { source: { name: "s", text: "" }, start: 0, end: 0 };
  const use = {
    path: "x",
    layer: name,
    attributes,
    inputs: [],
    inputShapes: [input],
    output: derived.shape,
    span,
  };
  layer.lower(b, use as unknown as LayerUse, [x], {
    training: true,
    parameter: (path, role, shape, initial, fans) =>
      b.parameter(path, role, shape, parameterInitializer(initial, fans)),
    noise: () => x,
    hasFixedStatistics: () => false,
  });
  return b.build().parameters[0]!.initializer;
}

test.each(cases)("$module with $initializer.kind is torch's $law.kind", ({ module, initializer, law }) => {
  const found = lawOf(uses[module], initializer);
  expect(found.kind).toBe(law.kind);
  const number =
    found.kind === "uniform" ? found.bound : found.kind === "normal" ? found.deviation : Number.NaN;
  expect(number).toBeCloseTo(law.bound ?? law.deviation!, 12);
});

test("a transposed convolution in groups hands their number on, which bilinear weights need", () => {
  const layer = { ...uses.deconv[2], groups: 2 };
  expect(lawOf(["deconv", region, layer], { kind: "bilinear" })).toEqual({ kind: "bilinear", groups: 2 });
});

test("laws that fans do not change are handed on", () => {
  const own = ["constant", "normal", "truncatedNormal", "uniform", "bilinear"];
  const tested = new Set([...own, ...cases.map(({ initializer }) => initializer.kind)]);
  expect(tested).toEqual(new Set(Object.keys(initializers)));
  const law: Initializer = { kind: "truncatedNormal", deviation: 0.02 };
  expect(parameterInitializer(law, { in: 3, out: 4 })).toEqual(law);
});

const draw = (initializer: ParameterInitializer, shape: readonly number[]) => [
  ...(initialState([{ name: "w", role: "weight", shape, initializer }], 3).w!.data as Float32Array),
];

/** Mean, deviation and greatest magnitude. */
function momentsOf(data: readonly number[]) {
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const variance = data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length;
  return {
    mean,
    deviation: Math.sqrt(variance),
    most: data.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
  };
}

// Of 40,000 draws the mean is within 0.02 deviations, and the deviation within 2%, for all but one seed in 10,000.
test.each([
  [{ kind: "normal", deviation: 0.3 }, 0.3, [0.9, 2]],
  // The deviation of a standard normal within two of its own is 0.8796.
  [{ kind: "truncatedNormal", deviation: 0.3 }, 0.3 * 0.8796, [0.59, 0.6]],
  [{ kind: "uniform", bound: 0.3 }, 0.3 / Math.sqrt(3), [0.299, 0.3]],
] as const)("%j has its deviation, its mean 0 and its ends", (initializer, deviation, [least, greatest]) => {
  const moments = momentsOf(draw(initializer, [200, 200]));
  expect(Math.abs(moments.mean)).toBeLessThan(0.02 * deviation);
  expect(Math.abs(moments.deviation / deviation - 1)).toBeLessThan(0.02);
  expect(moments.most).toBeGreaterThan(least);
  expect(moments.most).toBeLessThanOrEqual(Math.fround(greatest));
});

test("bilinear weights enlarge each channel by interpolation", () => {
  const filter = draw({ kind: "bilinear", groups: 1 }, [4, 4, 2, 2]);
  const side = [0.25, 0.75, 0.75, 0.25];
  const expected = side.flatMap((a) => side.flatMap((b) => [a * b, 0, 0, a * b]));
  expect(filter).toEqual(expected);
  expect(draw({ kind: "bilinear", groups: 1 }, [1, 3, 1, 1])).toEqual([0.5, 1, 0.5]);
  expect(draw({ kind: "bilinear", groups: 1 }, [2, 3])).toEqual([1, 0, 0, 0, 1, 0]);
  expect(draw({ kind: "bilinear", groups: 1 }, [2])).toEqual([0, 0]);
  // In groups, channel 2 of the input is the first row of the second group.
  expect(draw({ kind: "bilinear", groups: 3 }, [1, 1, 1, 3])).toEqual([1, 1, 1]);
  expect(draw({ kind: "bilinear", groups: 2 }, [1, 1, 2, 4])).toEqual([1, 0, 1, 0, 0, 1, 0, 1]);
});
