/** Means of the pixels against their scale and the order of the channels. */
import { modelRuleCodes } from "../../diagnostics/codes/model-rules.ts";
import { diagnose } from "../../diagnostics/codes.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { type ModelRule, placeAt, type RuleSite, setAt } from "./rule.ts";

export const normalization: ModelRule = (site) =>
  setAt(site, "input.normalize") ? [...ofScale(site), ...ofOrder(site)] : [];

const shown = (mean: readonly number[]): string => mean.join(", ");

function ofScale(site: RuleSite): readonly Diagnostic[] {
  const { mean, scale } = site.model.input;
  const highest = 255 * scale;
  const isBeyond = mean.some((value) => Math.abs(value) > highest * 1.001);
  // Means of pixels up to 1 leave pixels up to 255 where they are.
  const isTiny = highest > 2 && mean.every((value) => value > 0 && value < 1);
  if (!isBeyond && !isTiny) return [];
  const values = { means: shown(mean), range: String(Number(highest.toPrecision(3))) };
  return [diagnose(modelRuleCodes, "model/pixel-scale", values, { span: placeAt(site, "input.normalize") })];
}

/** Red, green, blue of ImageNet, for pixels up to 1. */
const imagenet = [0.485, 0.456, 0.406] as const;

function ofOrder(site: RuleSite): readonly Diagnostic[] {
  const { mean, scale, order } = site.model.input;
  const parts = mean.map((value) => value / (255 * scale));
  const isNear = (wanted: readonly number[]) =>
    wanted.every((value, index) => Math.abs(value - parts[index]!) < 0.01);
  const expected = isNear(imagenet) ? "rgb" : isNear([...imagenet].reverse()) ? "bgr" : order;
  if (expected === order) return [];
  const values = { means: shown(mean), order, expected };
  return [
    diagnose(modelRuleCodes, "model/channel-order", values, { span: placeAt(site, "input.normalize") }),
  ];
}
