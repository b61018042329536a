/** Moments of the schedule against the length of the run and each other. */
import { modelRuleCodes } from "../../diagnostics/codes/model-rules.ts";
import { diagnose } from "../../diagnostics/codes.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { type ModelRule, placeAt, type RuleSite, relatedAt, setAt } from "./rule.ts";

/** The schedule that a text leaves to its default is no mistake of the text. */
export const schedule: ModelRule = (site) =>
  setAt(site, "train.schedule") ? [...ofWarmup(site), ...ofMoments(site)] : [];

function ofWarmup(site: RuleSite): readonly Diagnostic[] {
  const { schedule: wanted, steps } = site.model.train;
  if (wanted.warmup < steps || wanted.warmup === 0) return [];
  return [diagnose(modelRuleCodes, "model/warmup-length", { warmup: wanted.warmup, steps }, whereIn(site))];
}

function ofMoments(site: RuleSite): readonly Diagnostic[] {
  const { schedule: wanted, steps } = site.model.train;
  if (wanted.kind !== "steps") return [];
  const back = wanted.at.findIndex((at, index) => index > 0 && at <= wanted.at[index - 1]!);
  if (back > 0 && !isRounded(wanted.at, steps)) {
    const values = { before: wanted.at[back - 1]!, at: wanted.at[back]! };
    return [
      diagnose(modelRuleCodes, "model/moment-order", values, { span: placeAt(site, "train.schedule") }),
    ];
  }
  const late = wanted.at.find((at) => at > steps);
  return late === undefined
    ? []
    : [diagnose(modelRuleCodes, "model/moment-late", { at: late, steps }, whereIn(site))];
}

/** In a run of a few steps, shares that differ become the same step. */
const isRounded = (at: readonly number[], steps: number): boolean =>
  at.every((each, index) => index === 0 || each >= at[index - 1]!) && steps < 100;

function whereIn(site: RuleSite) {
  const length = ["train.steps", "train.epochs"].find((key) => setAt(site, key)) ?? "train.images";
  return {
    span: placeAt(site, "train.schedule"),
    related: relatedAt(site, length, "the length of the run is set here"),
  };
}
