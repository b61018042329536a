/** A batch that was changed behind a learning rate that does not follow it. */
import { textOf } from "../../check/values.ts";
import { modelRuleCodes } from "../../diagnostics/codes/model-rules.ts";
import { diagnose } from "../../diagnostics/codes.ts";
import type { Fix } from "../../diagnostics/diagnostic.ts";
import type { MergedSetting } from "../../merge/spec.ts";
import { type ModelRule, type RuleSite, settingAt } from "./rule.ts";

/** Both in one text were chosen together; so was a rate that was set after the batch. */
export const fixedRate: ModelRule = (site) => {
  const [rate, batch] = [settingAt(site, "train.rate"), settingAt(site, "train.batch")];
  if (!rate || !batch || rate.value.kind === "rate" || !isLater(site, batch, rate)) return [];
  const values = { rate: site.model.train.rate, batch: site.model.train.batch };
  const related = [{ message: "the rate is set here", span: rate.span }];
  const where = { span: batch.span, related, fixes: fixesOf(rate, batch) };
  return [diagnose(modelRuleCodes, "model/fixed-rate", values, where)];
};

function isLater({ spec }: RuleSite, batch: MergedSetting, rate: MergedSetting): boolean {
  if ([batch, rate].every(({ span }) => isFlag(span.source.name))) return false;
  const [one, other] = [batch, rate].map(({ span }) => spec.sources.indexOf(span.source)) as [number, number];
  if (one !== other) return one > other;
  return batch.history.length > 0 && batch.span.start > rate.span.end;
}

/** Of one command line. */
const isFlag = (source: string): boolean => source.startsWith("--");

/** Certain where the text of the rate says for which batch it was. */
function fixesOf(rate: MergedSetting, batch: MergedSetting): readonly Fix[] {
  const before = batch.history.findLast(({ source }) => source === rate.span.source);
  const count = before && /\d[\d.e]*images$/.exec(textOf(before))?.[0];
  if (!count || rate.value.kind !== "number") return [];
  const text = `${textOf(rate.value.span)} per ${count}`;
  return [{ title: `write \`rate = ${text}\``, edits: [{ span: rate.value.span, text }] }];
}
