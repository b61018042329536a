/** Limits on boxes above the number of boxes that can come to them. */
import { modelRuleCodes } from "../../diagnostics/codes/model-rules.ts";
import { diagnose } from "../../diagnostics/codes.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { RpnModel } from "../rpn-model.ts";
import { type ModelRule, placeAt, type RuleSite, relatedAt, setAt } from "./rule.ts";

/** Left to their defaults, counts of the RPN are one that fits another; what the text sets is judged. */
export const proposalCounts: ModelRule = (site) => {
  const { rpn } = site.model;
  if (!rpn) return [];
  const found = (["train", "test"] as const).flatMap((mode) => [
    ...afterLevel(site, rpn, mode),
    ...after(site, rpn, mode),
  ]);
  return found.filter(
    (each, index) => found.findIndex((other) => other.span?.start === each.span?.start) === index,
  );
};

type Mode = "train" | "test";
const modes = { train: "training", test: "test" } as const;

function afterLevel(site: RuleSite, { propose }: RpnModel, mode: Mode): readonly Diagnostic[] {
  const limit = propose.afterLevel?.[mode];
  const before = propose.before[mode];
  if (limit === undefined || limit <= before) return [];
  return [tooHigh(site, "afterLevel", limit, before, mode, `\`before\` leaves ${before}`)];
}

function after(site: RuleSite, { propose, levels }: RpnModel, mode: Mode): readonly Diagnostic[] {
  const { before, beforeOver, afterOver } = propose;
  if (!setAt(site, "rpn.propose.after") && !setAt(site, "rpn.propose.before")) return [];
  const perLevel = Math.min(before[mode], propose.afterLevel?.[mode] ?? before[mode]);
  const image = beforeOver === "image" ? before[mode] : perLevel * levels.length;
  const images = afterOver === "batch" && mode === "train" ? site.model.train.batch : 1;
  if (propose.after[mode] <= image * images) return [];
  const why =
    beforeOver === "level" && levels.length > 1
      ? `${perLevel} of each of ${levels.length} levels`
      : `\`before\` leaves ${before[mode]}`;
  return [tooHigh(site, "after", propose.after[mode], image * images, mode, why)];
}

function tooHigh(
  site: RuleSite,
  key: "after" | "afterLevel",
  count: number,
  most: number,
  mode: Mode,
  why: string,
): Diagnostic {
  const values = { key, after: count, most, mode: modes[mode], why };
  const span = setAt(site, `rpn.propose.${key}`);
  const where = span
    ? { span, related: relatedAt(site, "rpn.propose.before", "`before` is set here") }
    : { span: placeAt(site, "rpn.propose.before") };
  return diagnose(modelRuleCodes, "model/after-before", values, where);
}
