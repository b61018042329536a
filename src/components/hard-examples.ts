/** Online hard-example mining: how much each region costs the heads (Shrivastava et al. 2016). */
import type { Value } from "../ir/types.ts";
import type { LowerContext } from "./context.ts";
import { lossOfClasses, lowerClassLogits } from "./heads/classify.ts";
import { headFeatures } from "./heads/features.ts";
import { lossOfRegions, lowerBoxDeltas } from "./heads/regress.ts";
import type { TrainingRegions } from "./regions.ts";
import type { Truths } from "./truths.ts";

/**
 * Loss of every region `[N, S]`, of class and box. It trains nothing: the heads run as at inference, with the same
 * parameters, so that no running statistic moves (the "read-only" network of section 4.2).
 */
export function lowerHardness(
  training: LowerContext,
  levels: readonly Value[],
  regions: TrainingRegions,
  truths: Truths,
): Value {
  const context = { ...training, training: false };
  const b = context.at("regions.sample");
  const [n, s] = regions.valid.type.shape as [number, number];
  const features = headFeatures(context, levels, regions);
  const losses = context.model.regions.heads.flatMap((head) => {
    if (head.kind === "segment") return [];
    const each =
      head.kind === "classify"
        ? lossOfClasses(
            context,
            head,
            lowerClassLogits(context, head, features(head)),
            b.reshape(regions.labels, { shape: [n * s] }),
          )
        : sumOfBoxes(
            context,
            lossOfRegions(context, head, lowerBoxDeltas(context, head, features(head)), regions, truths),
          );
    return [b.mul(b.reshape(each, { shape: [n, s] }), head.weight)];
  });
  return b.stopGradient(losses.reduce((sum, loss) => b.add(sum, loss)));
}

function sumOfBoxes(
  context: LowerContext,
  { losses, positive }: { readonly losses: Value; readonly positive: Value },
): Value {
  const b = context.at("regions.sample");
  return b.sum(b.select(positive, losses, 0), { axes: [1], keepDims: false });
}
