/** Export: the weights of a run under the names of another program. */

import { weightsCodes } from "../diagnostics/codes/weights.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { invariant } from "../support/invariant.ts";
import { writeAtomically } from "../support/write-atomically.ts";
import { foreignShape, toForeign } from "../weights/convert.ts";
import type { Mapping } from "../weights/mapping.ts";
import { foreignLayers, foreignNames, isOfKind } from "../weights/match.ts";
import { mappingsFor } from "../weights/read-mapping.ts";
import { safetensorsParts, type WrittenTensor } from "../weights/safetensors.ts";
import { type Slot, slotsOf } from "../weights/slots.ts";
import { trainedKey, trainedWith } from "../weights/trained-with.ts";
import { type Checkpoint, loadCheckpoint } from "./checkpoint.ts";
import { parametersOf } from "./parameters.ts";
import { type Run, readTrainedRun } from "./run-file.ts";

export interface ExportOptions {
  /** Folder of the run. */
  readonly run: string;
  /** The safetensors file to write. */
  readonly out: string;
  /** Name or path of a mapping; the first that names every parameter unless given. */
  readonly mapping?: string;
}

/** The document of `rcnn export --json`. */
export interface ExportReport {
  readonly file: string;
  readonly mapping: string;
  /** From our parameters to the tensors they were written as. */
  readonly written: Readonly<Record<string, string>>;
  /** Numbers of parameters. */
  readonly numbers: number;
}

export async function exportWeights(options: ExportOptions): Promise<Result<ExportReport>> {
  const { value: run, diagnostics } = await readTrainedRun(options.run);
  if (!run) return { diagnostics };
  const mappings = await mappingsFor(options.mapping);
  if (!mappings.value) return { diagnostics: mappings.diagnostics };
  const slots = slotsOf(run.model, parametersOf(run.model));
  const mapping = chooseMapping(slots, mappings.value, options.mapping);
  if (!mapping) return { diagnostics: [unnamed(slots, mappings.value, options.mapping)] };
  const checkpoint = await loadCheckpoint(options.run);
  if (!checkpoint.value) return { diagnostics: checkpoint.diagnostics };
  await writeAtomically(options.out, partsOf(run, checkpoint.value, slots, mapping));
  return { value: reportOf(slots, mapping, options.out), diagnostics: [] };
}

function chooseMapping(
  slots: readonly Slot[],
  mappings: readonly Mapping[],
  asked: string | undefined,
): Mapping | undefined {
  const fits = (mapping: Mapping) => nameless(slots, mapping) === undefined;
  if (asked !== undefined) return mappings.find(fits);
  return mappings.find((mapping) => mapping.exports && isOfKind(slots, mapping) && fits(mapping));
}

function unnamed(
  slots: readonly Slot[],
  mappings: readonly Mapping[],
  asked: string | undefined,
): Diagnostic {
  const candidates = mappings.filter((mapping) => asked !== undefined || mapping.exports);
  const first = candidates.map((mapping) => nameless(slots, mapping)).find((slot) => slot !== undefined);
  const values = { parameter: first?.name ?? slots[0]!.name, mapping: asked };
  return diagnose(weightsCodes, "weights/nameless", values);
}

/** A parameter for which the mapping has no name. */
const nameless = (slots: readonly Slot[], mapping: Mapping): Slot | undefined =>
  slots.find((slot) => foreignNames(slot, mapping).length === 0);

function partsOf(
  run: Run,
  { state, manifest }: Checkpoint,
  slots: readonly Slot[],
  mapping: Mapping,
): Uint8Array[] {
  const tensors = slots.map((slot): [string, WrittenTensor] => {
    const data = state[slot.name]?.data;
    invariant(data instanceof Float32Array, `the checkpoint has ${slot.name}`);
    const shape = foreignShape(slot, mapping);
    return [foreignNames(slot, mapping)[0]!, { dtype: "f32", shape, data: toForeign(data, slot, mapping) }];
  });
  const named = run.unnamed ? undefined : run.categories;
  const metadata = { format: "pt", [trainedKey]: JSON.stringify(trainedWith(run.model, named)) };
  const all = [...tensors, ...countersOf(slots, mapping, manifest.step)];
  return safetensorsParts(Object.fromEntries(all), metadata);
}

/** What the other program counts in layers of a kind, such as batches, and asks for when it loads them. */
function countersOf(slots: readonly Slot[], mapping: Mapping, step: number): [string, WrittenTensor][] {
  return slots.flatMap((slot): [string, WrittenTensor][] => {
    const suffix = slot.part === "scale" ? mapping.counters[slot.layer ?? ""] : undefined;
    if (suffix === undefined) return [];
    const data = BigInt64Array.of(BigInt(step));
    return [[`${foreignLayers(slot, mapping)[0]}${suffix}`, { dtype: "i64", shape: [], data }]];
  });
}

const reportOf = (slots: readonly Slot[], mapping: Mapping, file: string): ExportReport => ({
  file,
  mapping: mapping.name,
  written: Object.fromEntries(slots.map((slot) => [slot.name, foreignNames(slot, mapping)[0]!])),
  numbers: slots.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0),
});
