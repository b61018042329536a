/** The backbones of the library against torchvision's, on weights that both sides make of our names. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createContext } from "../../src/components/context.ts";
import { lowerNetwork } from "../../src/components/network.ts";
import type { GraphParameter } from "../../src/ir/types.ts";
import type { Model } from "../../src/model/model.ts";
import { createBuilder } from "../../src/ops/builder.ts";
import { interpret } from "../../src/ops/interpret.ts";
import { modelOf } from "../model/model-of.ts";

interface Case {
  readonly config: string;
  readonly side: number;
  readonly set: readonly string[];
  /** `data` holds each `step`-th value. */
  readonly results: Readonly<
    Record<
      string,
      { readonly shape: readonly number[]; readonly step: number; readonly data: readonly number[] }
    >
  >;
}

const cases: readonly Case[] = JSON.parse(
  readFileSync(new URL("backbones.golden.json", import.meta.url), "utf8"),
);

/** As `numbers` of test/oracles/backbones.py: uniform in [-1, 1). */
function numbers(name: string, count: number): Float64Array {
  const seed = [...name].reduce(
    (hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 16777619) >>> 0,
    2166136261,
  );
  return Float64Array.from({ length: count }, (_, place) => {
    const mixed = ((Math.imul(place, 2654435761) + seed) >>> 0) ^ (place >>> 3);
    return (Math.imul(mixed, 2246822519) >>> 0) / 2 ** 31 - 1;
  });
}

/** The values of a parameter: those of filters are counted in torch's order, `[out, in, height, width]`. */
function valuesOf({ name, value }: GraphParameter): Float64Array {
  const { shape } = value.type;
  const size = shape.reduce((product, each) => product * each, 1);
  const drawn = numbers(name, size);
  const laws: Readonly<Record<string, (value: number) => number>> = {
    bias: (x) => 0.1 * x,
    scale: (x) => 1 + 0.2 * x,
    offset: (x) => 0.2 * x,
    mean: (x) => 0.2 * x,
    variance: (x) => 1 + 0.5 * x,
  };
  const law = laws[name.slice(name.lastIndexOf(".") + 1)];
  return law ? drawn.map(law) : filterOf(drawn, shape as [number, number, number, number]);
}

function filterOf(
  drawn: Float64Array,
  [height, width, into, out]: readonly [number, number, number, number],
): Float64Array {
  const scale = Math.sqrt(6 / (into * height * width));
  const window = height * width;
  return Float64Array.from(drawn, (_, index) => {
    const [place, pair] = [Math.floor(index / (into * out)), index % (into * out)];
    const [from, to] = [Math.floor(pair / out), pair % out];
    return scale * drawn[(to * into + from) * window + place]!;
  });
}

function resultsOf(model: Model, side: number) {
  const b = createBuilder("backbone");
  const image = b.input("image", { dtype: "f32", shape: [1, side, side, 3] }, "");
  const bucket = { batch: 1, height: side, width: side, objects: 1, pixels: 1 };
  const results = lowerNetwork(createContext(model, b, bucket, false), model.backbone, { image });
  for (const [name, value] of Object.entries(results)) b.output(name, value, "");
  const graph = b.build();
  const feeds = { image: numbers("image", side * side * 3) };
  const state = Object.fromEntries(graph.parameters.map((each) => [each.name, valuesOf(each)]));
  return interpret(graph, { ...feeds, ...state }, { precision: "f64" }).outputs;
}

test.each(cases)("$config $set has torchvision's backbone", async ({ config, side, set, results }) => {
  const model = await modelOf(`configs/${config}.rcnn`, { sets: set });
  const found = resultsOf(model, side);
  expect(Object.keys(found).sort()).toEqual(Object.keys(results).sort());
  for (const [name, { shape, step, data }] of Object.entries(results)) {
    const { type, data: ours } = found[name]!;
    expect(type.shape, name).toEqual([1, ...shape]);
    const norm = Math.hypot(...data);
    const error = Math.hypot(...data.map((value, index) => value - ours[index * step]!));
    expect(error / norm, name).toBeLessThan(1e-5);
  }
});
