/** The state before the first step: drawn from the seed, and where weights are given to begin with, what matches of them. */
import { stat } from "node:fs/promises";
import type { Result } from "../diagnostics/diagnostic.ts";
import type { Model } from "../model/model.ts";
import type { HostTensors } from "../runtime/session.ts";
import type { StateSpec } from "../targets/artifact.ts";
import { loadWeights } from "../weights/load-weights.ts";
import { latestCheckpoint, tensorFile } from "./checkpoint.ts";
import { initialState } from "./initial-state.ts";
import { parametersOf } from "./parameters.ts";
import { reportOf, type WeightsReport } from "./weights-report.ts";

export interface InitChoice {
  /** A weight file, or the folder of a run. */
  readonly init?: string;
  /** Name or path of the mapping for `init`. */
  readonly mapping?: string;
  readonly seed: number;
  /** Called with what became of the tensors of `init`. */
  readonly onInit?: (report: WeightsReport) => void;
}

export async function startingState(
  model: Model,
  specs: readonly StateSpec[],
  { init, mapping, seed, onInit }: InitChoice,
): Promise<Result<HostTensors>> {
  const drawn = initialState(specs, seed);
  if (init === undefined) return { value: drawn, diagnostics: [] };
  const file = await fileOf(init);
  if (file.value === undefined) return { diagnostics: file.diagnostics };
  // The optimizer begins anew. What does not match keeps its initial values: another number of classes is why most trainings begin so.
  const { value, diagnostics } = await loadWeights(file.value, model, parametersOf(model), {
    mapping,
    judge: () => [],
  });
  if (!value) return { diagnostics };
  onInit?.(reportOf(value, file.value));
  return { value: { ...drawn, ...value.state }, diagnostics };
}

/** Of a run, the tensors of its latest checkpoint. */
async function fileOf(path: string): Promise<Result<string>> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return { value: path, diagnostics: [] };
  const { value, diagnostics } = await latestCheckpoint(path);
  return value ? { value: tensorFile(path, value), diagnostics } : { diagnostics };
}
