/** Sizes of anchors against the image and against the levels that they stand on. */
import { modelRuleCodes } from "../../diagnostics/codes/model-rules.ts";
import { diagnose } from "../../diagnostics/codes.ts";
import { type ModelRule, placeAt, relatedAt, setAt } from "./rule.ts";

export const anchors: ModelRule = (site) => {
  const { rpn, input } = site.model;
  if (!rpn) return [];
  const { longest } = input;
  const key = setAt(site, "rpn.anchors.sizes") ? "rpn.anchors.sizes" : "rpn.anchors.scales";
  const span = placeAt(site, key);
  const each = rpn.levels.flatMap(({ name, stride }, index) =>
    rpn.anchors.sizes[index]!.map((size) => ({ level: name, stride, size })),
  );
  const large = each.find(({ size }) => size > longest);
  const dense = (size: number) => each.some((other) => other.size === size && other.stride <= size);
  const small = each.find(({ size, stride }) => size < stride && !dense(size));
  const related = relatedAt(site, "input.longest", "the longer side is limited here");
  return [
    ...(large
      ? [diagnose(modelRuleCodes, "model/anchor-beyond-image", { ...large, longest }, { span, related })]
      : []),
    ...(small ? [diagnose(modelRuleCodes, "model/anchor-below-stride", small, { span })] : []),
  ];
};
