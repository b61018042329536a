/** The plain values of an ablation: names, texts, seeds, what is left out. */
import { sweepCodes } from "../diagnostics/codes/sweep.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Expression, Name, Setting } from "../syntax/ast.ts";
import type { Ablation, Exclusion } from "./ablation.ts";
import type { Report } from "./read-cases.ts";

/** Runs of one point: more would be a mistake of the pen. */
const mostSeeds = 100;

function wrong({ path, value }: Setting, expected: string, report: Report): undefined {
  const name = path.map(({ text }) => text).join(".");
  report(diagnose(sweepCodes, "sweep/wrong-value", { name, expected }, { span: value.span }));
}

export function nameIn(setting: Setting, expected: string, report: Report): Name | undefined {
  const { value } = setting;
  if (value.kind === "name") return { text: value.name, span: value.span };
  return wrong(setting, expected, report);
}

export function textIn(setting: Setting, report: Report): string {
  if (setting.value.kind === "text") return setting.value.value;
  wrong(setting, "a text in quotes", report);
  return "";
}

export function metricOf(setting: Setting | undefined, report: Report): Ablation["metric"] {
  const { value } = setting ?? {};
  if (setting && !(value?.kind === "name" && (value.name === "coco" || value.name === "voc")))
    wrong(setting, "`coco` or `voc`", report);
  return value?.kind === "name" && value.name === "voc" ? "voc" : "coco";
}

const isSeed = (value: Expression): value is Extract<Expression, { kind: "number" }> =>
  value.kind === "number" &&
  value.unit === undefined &&
  Number.isSafeInteger(value.value) &&
  value.value >= 0;

/** `3` stands for 0, 1 and 2. */
export function seedsOf(setting: Setting | undefined, report: Report): readonly number[] {
  if (!setting) return [0];
  const { value } = setting;
  if (isSeed(value) && value.value >= 1 && value.value <= mostSeeds) {
    return Array.from({ length: value.value }, (_, seed) => seed);
  }
  const items = value.kind === "list" && !value.unit ? value.items.filter(isSeed) : [];
  const seeds = [...new Set(items.map((item) => item.value))];
  const whole = value.kind === "list" && seeds.length === value.items.length && seeds.length > 0;
  if (whole && seeds.length <= mostSeeds) return seeds;
  wrong(setting, `a number of seeds from 1 to ${mostSeeds}, or a list of different seeds`, report);
  return [0];
}

/** `["a", ["b", "path = c"]]`: what has the case a, and what has both b and the value c at the path. */
export function exclusions(setting: Setting | undefined, report: Report): readonly Exclusion[] {
  if (!setting) return [];
  const items = setting.value.kind === "list" ? setting.value.items : [setting.value];
  return items.flatMap((item): readonly Exclusion[] => {
    const parts = item.kind === "list" ? item.items : [item];
    const names = parts.flatMap((part) =>
      part.kind === "text" ? [{ text: part.value, span: part.span }] : [],
    );
    if (names.length === parts.length && names.length > 0) return [{ names, span: item.span }];
    wrong(setting, 'a list of cases such as `["a", ["b", "train.rate = 0.02"]]`', report);
    return [];
  });
}
