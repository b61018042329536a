/** The registry: every op by its name. */

import type { TensorType, Value } from "../ir/types.ts";
import { invariant } from "../support/invariant.ts";
import { applyMomentum } from "./apply-momentum.ts";
import { constant } from "./constant.ts";
import type { Attributes, OpDef } from "./define.ts";
import { maskTargets } from "./detection/mask-targets.ts";
import { nonMaxSuppression } from "./detection/non-max-suppression.ts";
import { roiAlign, roiAlignGrad } from "./detection/roi-align.ts";
import { roiCrop, roiCropGrad } from "./detection/roi-crop.ts";
import { roiPool, roiPoolGrad } from "./detection/roi-pool.ts";
import { roiWarp, roiWarpGrad } from "./detection/roi-warp.ts";
import { topK } from "./detection/top-k.ts";
import { binary } from "./elementwise/binary.ts";
import { cast } from "./elementwise/cast.ts";
import { compare, logicalNot } from "./elementwise/compare.ts";
import { reluGrad } from "./elementwise/relu-grad.ts";
import { roundBfloat16 } from "./elementwise/round-bfloat16.ts";
import { select } from "./elementwise/select.ts";
import { stopGradient } from "./elementwise/stop-gradient.ts";
import { unary } from "./elementwise/unary.ts";
import { conv2d, conv2dFilterGrad, conv2dInputGrad } from "./linear/conv2d.ts";
import { groupedConv2d, groupedConv2dFilterGrad, groupedConv2dInputGrad } from "./linear/grouped-conv2d.ts";
import { matmul } from "./linear/matmul.ts";
import { batchNorm, batchNormGrad, batchNormInference } from "./norm/batch-norm.ts";
import { avgPool, avgPoolGrad } from "./pool/avg-pool.ts";
import { maxPool, maxPoolGrad } from "./pool/max-pool.ts";
import { resize, resizeGrad } from "./pool/resize.ts";
import { upsampleNearest, upsampleNearestGrad } from "./pool/upsample-nearest.ts";
import { argMax } from "./reduce/arg-max.ts";
import { reduce } from "./reduce/reduce.ts";
import { broadcastTo } from "./shape/broadcast-to.ts";
import { concat } from "./shape/concat.ts";
import { gather, scatterAdd } from "./shape/gather.ts";
import { pad } from "./shape/pad.ts";
import { reflectPad, reflectPadGrad } from "./shape/reflect-pad.ts";
import { reshape } from "./shape/reshape.ts";
import { slice } from "./shape/slice.ts";
import { transpose } from "./shape/transpose.ts";

export const ops = {
  constant,
  ...unary,
  ...binary,
  ...compare,
  logicalNot,
  select,
  cast,
  roundBfloat16,
  stopGradient,
  reluGrad,
  ...reduce,
  argMax,
  reshape,
  transpose,
  broadcastTo,
  slice,
  pad,
  reflectPad,
  reflectPadGrad,
  concat,
  gather,
  scatterAdd,
  matmul,
  conv2d,
  conv2dInputGrad,
  conv2dFilterGrad,
  groupedConv2d,
  groupedConv2dInputGrad,
  groupedConv2dFilterGrad,
  maxPool,
  maxPoolGrad,
  avgPool,
  avgPoolGrad,
  resize,
  resizeGrad,
  upsampleNearest,
  upsampleNearestGrad,
  batchNorm,
  batchNormGrad,
  batchNormInference,
  topK,
  nonMaxSuppression,
  roiAlign,
  roiAlignGrad,
  roiPool,
  roiPoolGrad,
  roiWarp,
  roiWarpGrad,
  roiCrop,
  roiCropGrad,
  maskTargets,
  applyMomentum,
};

export type OpName = keyof typeof ops;

const byName: ReadonlyMap<string, OpDef> = new Map(Object.entries<OpDef>(ops));

/** The op of that name; a `CompilerBug` where there is none. */
export function opNamed(name: string): OpDef {
  const op = byName.get(name);
  invariant(op, `There is no op ${name}.`);
  return op;
}

/** Types of the outputs by the op's own rule. Throws `ConstraintViolation`. */
export function inferTypes(
  name: string,
  inputs: readonly Value[],
  attributes: Attributes,
): readonly TensorType[] {
  return opNamed(name).infer(
    inputs.map((input) => input.type),
    attributes,
  );
}
