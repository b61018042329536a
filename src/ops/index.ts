/** The registry: every op by its name. */
import { invariant } from "../support/invariant.ts";
import type { TensorType, Value } from "../ir/types.ts";
import type { Attributes, OpDef } from "./define.ts";
import { binary } from "./elementwise/binary.ts";
import { cast } from "./elementwise/cast.ts";
import { compare, logicalNot } from "./elementwise/compare.ts";
import { select } from "./elementwise/select.ts";
import { stopGradient } from "./elementwise/stop-gradient.ts";
import { unary } from "./elementwise/unary.ts";
import { applyMomentum } from "./apply-momentum.ts";
import { constant } from "./constant.ts";
import { nonMaxSuppression } from "./non-max-suppression.ts";
import { roiAlign, roiAlignGrad } from "./roi-align.ts";
import { topK } from "./top-k.ts";

export const ops = {
  constant,
  ...unary,
  ...binary,
  ...compare,
  logicalNot,
  select,
  cast,
  stopGradient,
  topK,
  nonMaxSuppression,
  roiAlign,
  roiAlignGrad,
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
export function inferTypes(name: string, inputs: readonly Value[], attributes: Attributes): readonly TensorType[] {
  return opNamed(name).infer(
    inputs.map((input) => input.type),
    attributes,
  );
}
