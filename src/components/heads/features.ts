/** What heads read of regions: their own pooling, or the trunk's result, which they share. */
import type { Value } from "../../ir/types.ts";
import type { HeadModel } from "../../model/model.ts";
import type { LowerContext } from "../context.ts";
import { lowerSequence } from "../network.ts";
import { poolRegions } from "../pool.ts";
import type { Regions } from "../regions.ts";

/** Features of one head, its own layers applied, `[N * S, ...]`. */
export interface HeadFeatures {
  (head: HeadModel): Value;
  /** Pool and trunk are lowered when they are first asked for, and once for all heads. */
  readonly trunk: () => Value;
}

/**
 * Called again for other regions, it makes the same layers with the same parameters: a mask head behind the trunk
 * sees what is detected through the trunk again (He et al. 2017, figure 4, left).
 */
export function headFeatures(
  context: LowerContext,
  levels: readonly Value[],
  regions: Regions,
): HeadFeatures {
  const { pool, trunk: layers } = context.model.regions;
  const inner = withRealRows(context, regions);
  let made: Value | undefined;
  const trunk = (): Value => {
    made ??= lowerSequence(inner, layers, poolRegions(context, "regions.pool", pool, levels, regions));
    return made;
  };
  const features = (head: HeadModel): Value => {
    const input = head.pool ? poolRegions(context, `${head.path}.pool`, head.pool, levels, regions) : trunk();
    return lowerSequence(inner, head.layers, input);
  };
  return Object.assign(features, { trunk });
}

/** For layers on rows of `regions`: those of padding have no part in the statistics of a batch. */
export function withRealRows(context: LowerContext, { valid }: Regions): LowerContext {
  if (!context.training) return context;
  const rows = valid.type.shape.reduce((product, size) => product * size, 1);
  return { ...context, realRows: context.at("regions.sample").reshape(valid, { shape: [rows] }) };
}
