/** What weights were trained with against what a config says: a difference no tensor shows. */

import { weightsCodes } from "../diagnostics/codes/weights.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Span } from "../diagnostics/span.ts";
import type { Model } from "../model/model.ts";
import { placeNear } from "../model/place-near.ts";
import { networksOf, type Slot } from "./slots.ts";
import { isSamePreprocessing, type Preprocessing, type TrainedWith } from "./trained-with.ts";

/** Facts, and where they stand. */
export interface Testimony {
  readonly facts: TrainedWith;
  /** In words: "the metadata of `a.safetensors`". */
  readonly from: string;
  readonly span: Span;
}

/** The facts that count: each from the first that knows it. */
export function testimonyOf<K extends keyof TrainedWith>(
  testimonies: readonly Testimony[],
  key: K,
): { readonly fact: NonNullable<TrainedWith[K]>; readonly testimony: Testimony } | undefined {
  for (const testimony of testimonies) {
    const fact = testimony.facts[key];
    if (fact !== undefined && fact !== null) return { fact, testimony };
  }
  return undefined;
}

/** One diagnostic for each fact in which `model` differs; `slots` are those that get weights. */
export function checkTrained(
  testimonies: readonly Testimony[],
  model: Model,
  slots: readonly Slot[],
): readonly Diagnostic[] {
  return [...checkInput(testimonies, model), ...checkEpsilon(testimonies, model, slots)];
}

function checkInput(testimonies: readonly Testimony[], model: Model): readonly Diagnostic[] {
  const known = testimonyOf(testimonies, "input");
  if (!known || isSamePreprocessing(known.fact, model.input)) return [];
  const place = placeNear(model, "input.normalize");
  const { order, scale, mean, deviation } = known.fact;
  const wanted = `{ scale = ${scale}  mean = [${mean.join(", ")}]  deviation = [${deviation.join(", ")}]  order = ${order} }`;
  const values = {
    ...{ what: "pixels as", weights: describe(known.fact), config: describe(model.input) },
    fix: `input.normalize = ${wanted}`,
  };
  return [differs(values, known.testimony, place)];
}

const describe = ({ order, scale, mean, deviation }: Preprocessing): string =>
  `(${order} * ${Number(scale.toPrecision(6))} - [${mean.join(", ")}]) / [${deviation.join(", ")}]`;

function checkEpsilon(
  testimonies: readonly Testimony[],
  model: Model,
  slots: readonly Slot[],
): readonly Diagnostic[] {
  const known = testimonyOf(testimonies, "epsilon");
  if (!known) return [];
  const { fact } = known;
  for (const { path, epsilon, layer } of slots) {
    const trained = typeof fact === "number" ? fact : fact[path];
    if (epsilon === undefined || trained === undefined || trained === epsilon) continue;
    const values = {
      ...{ what: `the epsilon of \`${path}\``, weights: String(trained), config: String(epsilon) },
      fix: `norm = ${layer}(epsilon = ${trained})`,
    };
    return [differs(values, known.testimony, spanOfLayer(model, path))];
  }
  return [];
}

const spanOfLayer = (model: Model, path: string): Span | undefined =>
  networksOf(model)
    .flatMap(({ layers }) => layers)
    .find((use) => use.path === path)?.span;

interface Difference {
  readonly what: string;
  readonly weights: string;
  readonly config: string;
  /** What to write in the config. */
  readonly fix: string;
}

function differs(
  difference: Difference,
  { from, span: there }: Testimony,
  span: Span | undefined,
): Diagnostic {
  const related = [{ message: "the weights say so here", span: there }];
  return diagnose(weightsCodes, "weights/trained-otherwise", { ...difference, from }, { span, related });
}
