/** Which kernel runs a call of a plan: a stock one, one of our own, or the op's reference. */
import { opNamed, ops } from "../../ops/index.ts";
import type { Heap } from "../heap.ts";
import { type Kernel, loopKernel } from "./kernel.ts";

const ownPrefix = "Rcnn.";

/** Our own kernel of that name on `heap`, or undefined for a name of another kind. */
export function ownKernel(name: string, _heap: Heap): Kernel | undefined {
  if (!name.startsWith(ownPrefix)) return undefined;
  const op = name.slice(ownPrefix.length);
  if (!Object.hasOwn(ops, op)) return undefined;
  return loopKernel(opNamed(op).reference);
}
