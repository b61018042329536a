/** Which kernel runs a call of a plan: a stock one, one of our own, or the op's reference. */
import { opNamed, ops } from "../../ops/index.ts";
import type { Heap } from "../heap.ts";
import { avgPool } from "./avg-pool.ts";
import { conv2dFilterGrad } from "./conv2d-filter-grad.ts";
import { conv2dInputGrad } from "./conv2d-input-grad.ts";
import { groupedConv2d, groupedConv2dFilterGrad, groupedConv2dInputGrad } from "./grouped-conv2d.ts";
import { type Kernel, type Loops, loopKernel } from "./kernel.ts";
import { matmul } from "./matmul.ts";
import { pairLoops } from "./pairs.ts";
import { reluGrad } from "./relu-grad.ts";
import { resize } from "./resize.ts";
import { regionLoops } from "./sampled-regions.ts";
import { select } from "./select.ts";

const ownPrefix = "Rcnn.";

/** Faster than the references where products run on vector instructions, which the cpu back end has not. */
const wasmKernels: Readonly<Record<string, Kernel>> = {
  conv2dInputGrad,
  conv2dFilterGrad,
  groupedConv2d,
  groupedConv2dInputGrad,
  groupedConv2dFilterGrad,
  matmul,
  reluGrad,
  avgPool,
  resize,
};

/** Loops that leave the definition of truth behind for speed. */
const fastLoops: Readonly<Record<string, Loops>> = { ...pairLoops, ...regionLoops, select };

/** Our own kernel of that name on `heap`, or undefined for a name of another kind. */
export function ownKernel(name: string, heap: Heap): Kernel | undefined {
  if (!name.startsWith(ownPrefix)) return undefined;
  const op = name.slice(ownPrefix.length);
  if (!Object.hasOwn(ops, op)) return undefined;
  const fast = heap.backend === "wasm" && Object.hasOwn(wasmKernels, op) ? wasmKernels[op] : undefined;
  return fast ?? loopKernel(Object.hasOwn(fastLoops, op) ? fastLoops[op]! : opNamed(op).reference);
}
