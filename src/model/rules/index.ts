/** All rules over a resolved model, in the order in which their findings are shown. */
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { known } from "../holes.ts";
import { anchors } from "./anchors.ts";
import { assignLevel } from "./assign-level.ts";
import { fixedRate } from "./fixed-rate.ts";
import { keepLimit } from "./keep-limit.ts";
import { levels } from "./levels.ts";
import { noEffect } from "./no-effect.ts";
import { noNegatives } from "./no-negatives.ts";
import { normalization } from "./normalization.ts";
import { nothingPasses } from "./nothing-passes.ts";
import { nothingTrains } from "./nothing-trains.ts";
import { proposalCounts } from "./proposal-counts.ts";
import type { ModelRule, RuleSite } from "./rule.ts";
import { sampleLimit } from "./sample-limit.ts";
import { schedule } from "./schedule.ts";

export const modelRules: readonly ModelRule[] = [
  normalization,
  levels,
  anchors,
  noNegatives,
  proposalCounts,
  sampleLimit,
  assignLevel,
  keepLimit,
  nothingPasses,
  schedule,
  fixedRate,
  nothingTrains,
  noEffect,
];

/** What the rules say of a model; one that asks for what is not known of it says nothing. */
export const judge = (site: RuleSite): readonly Diagnostic[] =>
  modelRules.flatMap((rule) => known(() => rule(site)) ?? []);
