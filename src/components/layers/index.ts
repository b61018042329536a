/** All layers. */
import { byName } from "../../check/catalog.ts";
import type { Layer } from "../layer.ts";
import { add } from "./add.ts";
import { avgPool } from "./avg-pool.ts";
import { batchNorm, frozenBatchNorm } from "./batch-norm.ts";
import { concat } from "./concat.ts";
import { conv } from "./conv.ts";
import { deconv } from "./deconv.ts";
import { dense } from "./dense.ts";
import { dropout } from "./dropout.ts";
import { flatten } from "./flatten.ts";
import { freeze } from "./freeze.ts";
import { globalPool } from "./global-pool.ts";
import { groupNorm } from "./group-norm.ts";
import { hardSigmoid } from "./hard-sigmoid.ts";
import { hardSwish } from "./hard-swish.ts";
import { leakyRelu } from "./leaky-relu.ts";
import { localResponseNorm } from "./local-response-norm.ts";
import { maxPool } from "./max-pool.ts";
import { multiply } from "./multiply.ts";
import { relu } from "./relu.ts";
import { resize, resizeLike } from "./resize.ts";
import { sigmoid } from "./sigmoid.ts";
import { swish } from "./swish.ts";
import { upsample } from "./upsample.ts";

export const layers: Readonly<Record<string, Layer>> = byName([
  conv,
  deconv,
  dense,
  relu,
  leakyRelu,
  sigmoid,
  swish,
  hardSigmoid,
  hardSwish,
  maxPool,
  avgPool,
  globalPool,
  upsample,
  resize,
  resizeLike,
  add,
  multiply,
  concat,
  batchNorm,
  frozenBatchNorm,
  groupNorm,
  localResponseNorm,
  dropout,
  flatten,
  freeze,
]);
