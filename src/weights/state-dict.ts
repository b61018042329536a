/** The dictionary of tensors in what a pickle holds. */

import { weightsCodes } from "../diagnostics/codes/weights.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import type { Pickled } from "./pickle-values.ts";
import type { SourceTensor } from "./source-tensor.ts";

/** Keys under which training programs keep the weights beside other things. */
const wrappers = ["model", "state_dict", "model_state_dict", "weights", "blobs"];

type Tensors = ReadonlyMap<string, SourceTensor>;

export function tensorsOf(value: Pickled, file: string): Result<Tensors> {
  for (const candidate of [value, ...wrappers.map((key) => entryOf(value, key))]) {
    const tensors = directTensors(candidate);
    if (tensors.size > 0) return { value: tensors, diagnostics: [] };
  }
  return { diagnostics: [diagnose(weightsCodes, "weights/no-tensors", { file, keys: keysOf(value) })] };
}

const entryOf = (value: Pickled | undefined, key: string): Pickled | undefined =>
  typeof value === "object" && value?.kind === "dict" ? value.entries.get(key) : undefined;

function directTensors(value: Pickled | undefined): Tensors {
  const tensors = new Map<string, SourceTensor>();
  if (typeof value !== "object" || value?.kind !== "dict") return tensors;
  for (const [name, entry] of value.entries) {
    const tensor =
      typeof entry === "object" && (entry?.kind === "tensor" || entry?.kind === "array")
        ? entry.tensor
        : undefined;
    if (tensor) tensors.set(name, tensor);
  }
  return tensors;
}

const keysOf = (value: Pickled): readonly string[] =>
  typeof value === "object" && value?.kind === "dict" ? [...value.entries.keys()].slice(0, 8) : [];
