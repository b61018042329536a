/** Strides of the levels against the size of the image. */
import { modelRuleCodes } from "../../diagnostics/codes/model-rules.ts";
import { diagnose } from "../../diagnostics/codes.ts";
import { known } from "../holes.ts";
import { type ModelRule, placeAt, relatedAt } from "./rule.ts";

export const levels: ModelRule = (site) => {
  const { longest } = site.model.input;
  return (["rpn", "regions"] as const).flatMap((path) => {
    const read = known(() => site.model[path]?.levels) ?? [];
    const beyond = read.find((level) => (known(() => level.stride) ?? 0) > longest);
    if (!beyond) return [];
    const values = { level: beyond.name, stride: beyond.stride, longest };
    const related = relatedAt(site, "input.longest", "the longer side is limited here");
    return [
      diagnose(modelRuleCodes, "model/level-beyond-image", values, { span: placeAt(site, path), related }),
    ];
  });
};
