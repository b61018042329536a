/** Which host data a compiled function takes: the checks that every back end makes before a run. */

import { runtimeCodes } from "../diagnostics/codes/runtime.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { DType } from "../ir/types.ts";
import type { FunctionSpec, Signatures } from "../targets/artifact.ts";
import { RuntimeFault } from "./fault.ts";
import type { HostTensor, HostTensors } from "./session.ts";

interface Expected {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** The function `name` of `signatures`, whose inputs `feeds` must match in name, type and shape. Throws a `RuntimeFault`. */
export function checkFeeds(signatures: Signatures, name: string, feeds: HostTensors): FunctionSpec {
  const spec = Object.hasOwn(signatures.functions, name) ? signatures.functions[name] : undefined;
  if (!spec) {
    const known = Object.keys(signatures.functions);
    throw new RuntimeFault(diagnose(runtimeCodes, "runtime/unknown-function", { name, known }));
  }
  const names = new Set(spec.inputs.map((input) => input.name));
  const missing = [...names].filter((input) => !Object.hasOwn(feeds, input));
  const unknown = Object.keys(feeds).filter((feed) => !names.has(feed));
  if (missing.length || unknown.length) {
    throw new RuntimeFault(diagnose(runtimeCodes, "runtime/feed-name", { function: name, missing, unknown }));
  }
  for (const input of spec.inputs) checkTensor(`\`${name}\``, input, feeds[input.name]!);
  return spec;
}

/** Variables written by a caller must exist and have their declared shape; all of them are f32. Throws a `RuntimeFault`. */
export function checkState(signatures: Signatures, state: HostTensors): void {
  const specs = new Map(signatures.state.map((spec) => [spec.name, spec]));
  for (const [name, tensor] of Object.entries(state)) {
    const spec = specs.get(name);
    if (!spec) throw unknownVariable(name);
    checkTensor("the state", { name, dtype: "f32", shape: spec.shape }, tensor);
  }
}

/** Names of the variables to read: those asked for, which must exist, or all. Throws a `RuntimeFault`. */
export function checkNames(signatures: Signatures, names: readonly string[] | undefined): readonly string[] {
  const known = signatures.state.map((spec) => spec.name);
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw unknownVariable(unknown);
  return names ?? known;
}

const unknownVariable = (name: string): RuntimeFault =>
  new RuntimeFault(diagnose(runtimeCodes, "runtime/unknown-variable", { name }));

export const elementsOf = (shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, 1);

export const bytesOf = (dtype: DType, shape: readonly number[]): number =>
  elementsOf(shape) * (dtype === "bool" ? 1 : 4);

function checkTensor(where: string, expected: Expected, tensor: HostTensor): void {
  const sameShape =
    tensor.shape.length === expected.shape.length &&
    tensor.shape.every((size, axis) => size === expected.shape[axis]);
  const fits =
    tensor.data instanceof arrayTypes[expected.dtype] && tensor.data.length === elementsOf(tensor.shape);
  if (tensor.dtype === expected.dtype && sameShape && fits) return;
  const count = `${tensor.data.length} numbers in a ${tensor.data.constructor.name}`;
  const found = `${describe(tensor)}${fits ? "" : ` with ${count}`}`;
  const values = { where, name: expected.name, found, expected: describe(expected) };
  throw new RuntimeFault(diagnose(runtimeCodes, "runtime/feed-type", values));
}

const arrayTypes = { f32: Float32Array, i32: Int32Array, bool: Uint8Array } as const;

const describe = (type: { dtype: DType; shape: readonly number[] }): string =>
  `${type.dtype}[${type.shape.join(", ")}]`;
