/** The second stage of a model: pooling, trunk and heads. */
import { layersRead } from "./head-source.ts";
import { known, orHole, part } from "./holes.ts";
import { type Backbone, checkLevels, levelsOn } from "./levels.ts";
import type { RegionsModel } from "./model.ts";
import { resolveHeads } from "./resolve-heads.ts";
import { pooledShape, resolvePool } from "./resolve-pool.ts";
import { resolveMatch, resolveSample } from "./resolve-rpn.ts";
import { type Resolving, sequence } from "./resolving.ts";
import { type SectionView, subsection, typedSubsections } from "./section.ts";

export function resolveRegions(
  model: SectionView,
  backbone: () => Backbone,
  classes: () => number,
  resolving: Resolving,
): RegionsModel {
  const view = subsection(model, "regions", resolving);
  const inner = (keyword: string): SectionView => subsection(view, keyword, resolving);
  const levels = part(() => levelsOn(view, backbone, resolving));
  known(() => checkLevels(levels(), view.block!.on!.span, true, resolving));
  const pool = part(() => resolvePool(view, resolving));
  const channels = () => levels()[0]!.channels;
  const heads = typedSubsections(view, "head", resolving);
  const trunk = part(() => {
    const shape = pooledShape(pool(), channels());
    return sequence(view, "trunk", "regions.trunk", shape, resolving, layersRead(heads));
  });
  return {
    levels: orHole(levels),
    assign: orHole(() => inner("assign").values as unknown as RegionsModel["assign"]),
    match: orHole(() => resolveMatch(inner("match"), resolving)),
    sample: orHole(() => resolveSample(inner("sample"))),
    addTruths: orHole(() => view.values.addTruths as boolean),
    background: orHole(() => view.values.background as RegionsModel["background"]),
    pool: orHole(pool),
    trunk: orHole(trunk),
    heads: orHole(() => resolveHeads(heads, view, { channels, classes, trunk }, resolving)),
  };
}
