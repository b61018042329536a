/** Reads the tensors that match, in our layout, one after the other: only one foreign tensor is in memory at a time. */

import { weightsCodes } from "../diagnostics/codes/weights.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { fromForeign } from "./convert.ts";
import type { Matches } from "./match.ts";
import { elementsOf, readTensor } from "./source-tensor.ts";

export interface StateTensor {
  readonly dtype: "f32";
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export type State = Readonly<Record<string, StateTensor>>;

/** By the names of parameters; NaN and infinity are refused. */
export async function readMatched(
  { mapping, matched, constant }: Matches,
  file: string,
): Promise<Result<State>> {
  const diagnostics: Diagnostic[] = [];
  const state: [string, StateTensor][] = [];
  for (const { slot, name, tensor } of matched) {
    const values = await readTensor(tensor);
    const count = notFinite(values);
    if (count > 0) {
      const found = { name, file, count, of: values.length };
      diagnostics.push(diagnose(weightsCodes, "weights/not-finite", found));
    } else
      state.push([slot.name, { dtype: "f32", shape: slot.shape, data: fromForeign(values, slot, mapping) }]);
  }
  for (const { slot, value } of constant) {
    const data = new Float32Array(elementsOf(slot.shape)).fill(value);
    state.push([slot.name, { dtype: "f32", shape: slot.shape, data }]);
  }
  return diagnostics.length > 0 ? { diagnostics } : { value: Object.fromEntries(state), diagnostics };
}

function notFinite(values: Float32Array): number {
  let count = 0;
  for (let index = 0; index < values.length; index++) if (!Number.isFinite(values[index])) count++;
  return count;
}
