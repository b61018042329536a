/** The RoI op of the regions or of one head, and the shape that it gives. */
import { modelCodes } from "../diagnostics/codes/model.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { FeatureShape, RoiOpModel } from "./model.ts";
import type { Resolving } from "./resolving.ts";
import { placeOf, type SectionView } from "./section.ts";

/** The value of the key `pool`, which must be there. */
export function resolvePool(view: SectionView, { report }: Resolving): RoiOpModel {
  const pool = view.values.pool as unknown as RoiOpModel;
  if (pool.kind === "roiAlign" && pool.sampling === "adaptive" && pool.reduce === "max")
    report(diagnose(modelCodes, "model/adaptive-maximum", {}, { span: placeOf(view, "pool") }));
  return pool;
}

export const pooledShape = ({ size: [height, width] }: RoiOpModel, channels: number): FeatureShape => ({
  kind: "region",
  channels,
  height,
  width,
});
