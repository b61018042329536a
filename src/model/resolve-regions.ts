/** The second stage of a model: pooling, trunk and heads. */
import { layersRead } from "./head-source.ts";
import { type Backbone, checkLevels, levelsOn } from "./levels.ts";
import type { RegionsModel } from "./model.ts";
import { resolveHeads } from "./resolve-heads.ts";
import { pooledShape, resolvePool } from "./resolve-pool.ts";
import { resolveMatch, resolveSample } from "./resolve-rpn.ts";
import { type Resolving, sequence } from "./resolving.ts";
import { type SectionView, subsection, typedSubsections } from "./section.ts";

export function resolveRegions(
  model: SectionView,
  backbone: Backbone,
  classes: number,
  resolving: Resolving,
): RegionsModel | undefined {
  const view = subsection(model, "regions", resolving);
  const levels = levelsOn(view, backbone, resolving);
  const match = resolveMatch(subsection(view, "match", resolving), resolving);
  if (!levels) return undefined;
  checkLevels(levels, view.block!.on!.span, true, resolving);
  const pool = resolvePool(view, resolving);
  const { channels } = levels[0]!;
  const heads = typedSubsections(view, "head", resolving);
  const shape = pooledShape(pool, channels);
  const trunk = sequence(view, "trunk", "regions.trunk", shape, resolving, layersRead(heads));
  const site = { channels, classes, trunk };
  const resolved = resolveHeads(heads, view, site, resolving);
  if (!trunk || !resolved) return undefined;
  const { size, level, epsilon } = subsection(view, "assign", resolving).values;
  return {
    levels,
    assign: { size: size as number, level: level as number, epsilon: epsilon as number },
    match,
    sample: resolveSample(subsection(view, "sample", resolving)),
    addTruths: view.values.addTruths as boolean,
    background: view.values.background as RegionsModel["background"],
    pool,
    trunk,
    heads: resolved,
  };
}
