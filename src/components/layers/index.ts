/** All layers. */
import { byName } from "../../check/catalog.ts";
import type { Layer } from "../layer.ts";
import { add } from "./add.ts";
import { batchNorm, frozenBatchNorm } from "./batch-norm.ts";
import { conv } from "./conv.ts";
import { deconv } from "./deconv.ts";
import { dense } from "./dense.ts";
import { flatten } from "./flatten.ts";
import { maxPool } from "./max-pool.ts";
import { relu } from "./relu.ts";
import { upsample } from "./upsample.ts";

export const layers: Readonly<Record<string, Layer>> = byName([
  conv,
  deconv,
  dense,
  relu,
  maxPool,
  upsample,
  add,
  batchNorm,
  frozenBatchNorm,
  flatten,
]);
