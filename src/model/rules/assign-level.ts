/** The level that regions of the usual size belong to must be one of those that are read. */
import { modelRuleCodes } from "../../diagnostics/codes/model-rules.ts";
import { diagnose } from "../../diagnostics/codes.ts";
import { type ModelRule, placeAt } from "./rule.ts";

export const assignLevel: ModelRule = (site) => {
  const { levels, assign } = site.model.regions;
  if (levels.length === 1 || levels.some(({ stride }) => stride === 2 ** assign.level)) return [];
  const read = levels.map(({ name, stride }) => `\`${name}\` (${stride})`).join(", ");
  const span = placeAt(site, "regions.assign.level");
  return [diagnose(modelRuleCodes, "model/assign-level", { level: assign.level, levels: read }, { span })];
};
