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
  return [differs("pixels as", describe(known.fact), describe(model.input), known.testimony, place)];
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
  for (const { path, epsilon } of slots) {
    const trained = typeof fact === "number" ? fact : fact[path];
    if (epsilon === undefined || trained === undefined || trained === epsilon) continue;
    const what = `the epsilon of \`${path}\``;
    return [differs(what, String(trained), String(epsilon), known.testimony, spanOfLayer(model, path))];
  }
  return [];
}

const spanOfLayer = (model: Model, path: string): Span | undefined =>
  networksOf(model)
    .flatMap(({ layers }) => layers)
    .find((use) => use.path === path)?.span;

function differs(
  what: string,
  weights: string,
  config: string,
  { from, span: there }: Testimony,
  span: Span | undefined,
): Diagnostic {
  const related = [{ message: `the weights say so here`, span: there }];
  return diagnose(
    weightsCodes,
    "weights/trained-otherwise",
    { what, weights, config, from },
    { span, related },
  );
}
