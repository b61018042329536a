/** A model of which every weight is frozen. */
import { modelRuleCodes } from "../../diagnostics/codes/model-rules.ts";
import { diagnose } from "../../diagnostics/codes.ts";
import { networksOf, trainedPaths } from "../frozen.ts";
import { type ModelRule, placeAt } from "./rule.ts";

export const nothingTrains: ModelRule = (site) => {
  const { model } = site;
  const paths = trainedPaths(networksOf(model), model, site);
  const frozen = new Set(model.train.frozen);
  if (paths.some((path) => !frozen.has(path))) return [];
  const span = placeAt(site, "train.freeze");
  return [diagnose(modelRuleCodes, "model/nothing-trains", { layers: paths.length }, { span })];
};
