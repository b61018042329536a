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
  if (pool.kind === "roiPool") return pool;
  // A region of which no two points are seen has no scale.
  const least = pool.kind === "roiCrop" ? 2 : 1;
  const { size, context } = pool;
  if (context.some((bins, axis) => bins > 0 && size[axis]! - 2 * bins < least)) {
    const values = { size: size.join("x"), context: context.join("x"), least };
    report(diagnose(modelCodes, "model/context", values, { span: placeOf(view, "pool") }));
  }
  return pool;
}

export const pooledShape = ({ size: [height, width] }: RoiOpModel, channels: number): FeatureShape => ({
  kind: "region",
  channels,
  height,
  width,
});
