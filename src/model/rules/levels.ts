/** Strides of the levels against the size of the image. */
import { modelRuleCodes } from "../../diagnostics/codes/model-rules.ts";
import { diagnose } from "../../diagnostics/codes.ts";
import { type ModelRule, placeAt, relatedAt } from "./rule.ts";

export const levels: ModelRule = (site) => {
  const { rpn, regions, input } = site.model;
  const { longest } = input;
  const readers = [
    ...(rpn ? [{ path: "rpn", levels: rpn.levels }] : []),
    { path: "regions", levels: regions.levels },
  ];
  return readers.flatMap(({ path, levels: read }) => {
    const beyond = read.find(({ stride }) => stride > longest);
    if (!beyond) return [];
    const values = { level: beyond.name, stride: beyond.stride, longest };
    const related = relatedAt(site, "input.longest", "the longer side is limited here");
    return [
      diagnose(modelRuleCodes, "model/level-beyond-image", values, { span: placeAt(site, path), related }),
    ];
  });
};
