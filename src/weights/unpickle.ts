/**
 * A pickle read by a machine of our own, which makes plain data and what a table of rules allows, and nothing else:
 * no name is ever looked up, so nothing in a file can run.
 */

import { weightsCodes } from "../diagnostics/codes/weights.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import { instructions } from "./pickle-instructions.ts";
import { type Machine, type PickleRules, pickleLimits } from "./pickle-machine.ts";
import type { Pickled } from "./pickle-values.ts";

export interface Unpickled {
  readonly value: Pickled;
  /** Offset of the first byte behind the pickle. */
  readonly end: number;
}

/** Reads the pickle of `file` that begins at byte `at` of `bytes`. */
export function unpickle(bytes: Uint8Array, rules: PickleRules, file: string, at = 0): Result<Unpickled> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const machine: Machine = {
    ...{ bytes, view, rules, at },
    ...{ stack: [], marks: [], memo: new Map(), problem: undefined, done: false },
  };
  let began = at;
  for (let count = 0; !machine.done && !machine.problem; count++) {
    began = machine.at;
    step(machine, count);
  }
  const { problem, stack } = machine;
  if (problem?.global !== undefined) {
    const values = { file, name: problem.global };
    return { diagnostics: [diagnose(weightsCodes, "weights/global", values)] };
  }
  if (problem || stack.length !== 1) {
    const values = { file, at: began, problem: problem?.text ?? "it ends with more than one value" };
    return { diagnostics: [diagnose(weightsCodes, "weights/pickle", values)] };
  }
  return { value: { value: stack[0]!, end: machine.at }, diagnostics: [] };
}

function step(machine: Machine, count: number): void {
  const code = machine.bytes[machine.at++];
  if (code === undefined) {
    machine.problem = { text: "it ends without its last instruction" };
    return;
  }
  const run = instructions.get(code);
  if (!run)
    machine.problem = { text: `instruction 0x${code.toString(16).padStart(2, "0")} is not one we read` };
  else run(machine);
  if (count > pickleLimits.instructions || machine.stack.length > pickleLimits.stack)
    machine.problem = { text: "it is larger than any list of tensors" };
}
