/** The folder of a run: which files it has, and how checkpoints are written and found again. */
import { createHash } from "node:crypto";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { checkpointCodes } from "../diagnostics/codes/checkpoint.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import type { HostTensor, HostTensors } from "../runtime/session.ts";
import { writeAtomically } from "../support/write-atomically.ts";
import { readSafetensors, safetensorsParts } from "../weights/safetensors.ts";
import { type TrainedWith, trainedKey } from "../weights/trained-with.ts";

/** Files of a run, relative to its folder. */
export const runFiles = {
  resolved: "config.resolved.json",
  metrics: "metrics.jsonl",
  checkpoints: "checkpoints",
} as const;

/** What is known of a checkpoint without opening its tensors. */
export interface CheckpointFacts {
  /** Steps taken so far. */
  readonly step: number;
  readonly seed: number;
  /** `hashOf` the resolved config. */
  readonly configHash: string;
  /** Of the last step. */
  readonly losses: Readonly<Record<string, number>>;
  /** What no tensor says; it stands in the tensor file too. */
  readonly trainedWith?: TrainedWith;
}

export interface CheckpointManifest extends CheckpointFacts {
  readonly version: 1;
  /** Name of the tensor file beside the manifest. */
  readonly file: string;
  readonly fileHash: string;
}

export interface Checkpoint {
  readonly manifest: CheckpointManifest;
  readonly state: HostTensors;
}

/** `sha256:` and 64 hexadecimal digits. */
export function hashOf(content: string | Uint8Array | readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const part of Array.isArray(content) ? content : [content]) hash.update(part);
  return `sha256:${hash.digest("hex")}`;
}

/** The tensors of a checkpoint of `run`. */
export const tensorFile = (run: string, { file }: CheckpointManifest): string => join(folderOf(run), file);

const folderOf = (run: string): string => join(run, runFiles.checkpoints);

/** Writes the tensors, then the manifest, each by rename: a checkpoint with a manifest is whole. */
export async function saveCheckpoint(
  run: string,
  facts: CheckpointFacts,
  state: HostTensors,
): Promise<CheckpointManifest> {
  const stem = `step-${String(facts.step).padStart(6, "0")}`;
  const { step, seed, configHash, losses, trainedWith } = facts;
  const trained: Record<string, string> = trainedWith ? { [trainedKey]: JSON.stringify(trainedWith) } : {};
  const parts = safetensorsParts(state, { step: String(step), configHash, ...trained });
  const file = `${stem}.safetensors`;
  const manifest: CheckpointManifest = {
    version: 1,
    step,
    seed,
    configHash,
    losses,
    ...(trainedWith && { trainedWith }),
    file,
    fileHash: hashOf(parts),
  };
  await writeAtomically(join(folderOf(run), file), parts);
  await writeAtomically(join(folderOf(run), `${stem}.json`), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

/** Leaves the checkpoint of `step` alone: those before it have served their time. */
export async function removeEarlier(run: string, step: number): Promise<void> {
  const names = await readdir(folderOf(run));
  const earlier = names.filter((name) => Number(/^step-(\d+)\./.exec(name)?.[1] ?? step) < step);
  // Without its manifest a checkpoint is none, so manifests go first.
  for (const name of earlier.sort()) await rm(join(folderOf(run), name), { force: true });
}

/** The manifest with the highest step. Files without a manifest, left by a stopped run, do not count. */
export async function latestCheckpoint(run: string): Promise<Result<CheckpointManifest>> {
  const names = await readdir(folderOf(run)).catch(() => []);
  const steps = names.flatMap((name) => /^step-(\d+)\.json$/.exec(name)?.slice(1) ?? []);
  const last = steps.sort((a, b) => Number(a) - Number(b)).at(-1);
  if (last === undefined) {
    const missing = `${runFiles.checkpoints}/step-*.json`;
    return { diagnostics: [diagnose(checkpointCodes, "checkpoint/not-a-run", { folder: run, missing })] };
  }
  return readManifest(join(folderOf(run), `step-${last}.json`));
}

/** The latest checkpoint, or the one of `manifest`, its hash verified. */
export async function loadCheckpoint(
  run: string,
  manifest?: CheckpointManifest,
): Promise<Result<Checkpoint>> {
  const found: Result<CheckpointManifest> = manifest
    ? { value: manifest, diagnostics: [] }
    : await latestCheckpoint(run);
  if (!found.value) return { diagnostics: found.diagnostics };
  const path = tensorFile(run, found.value);
  const bytes = await readFile(path).catch(() => undefined);
  if (!bytes) {
    const missing = `${runFiles.checkpoints}/${found.value.file}`;
    return { diagnostics: [diagnose(checkpointCodes, "checkpoint/not-a-run", { folder: run, missing })] };
  }
  if (hashOf(bytes) !== found.value.fileHash) {
    return { diagnostics: [diagnose(checkpointCodes, "checkpoint/wrong-hash", { file: path })] };
  }
  const { value: file, diagnostics } = readSafetensors(bytes, path);
  if (!file) return { diagnostics };
  const state = hostTensors(file.tensors, path);
  return state.value
    ? { value: { manifest: found.value, state: state.value }, diagnostics: [] }
    : { diagnostics: state.diagnostics };
}

function hostTensors(
  tensors: Readonly<Record<string, { dtype: string; shape: readonly number[]; data: HostTensor["data"] }>>,
  file: string,
): Result<HostTensors> {
  const diagnostics: Diagnostic[] = Object.entries(tensors)
    .filter(([, { dtype }]) => dtype === "u8")
    .map(([tensor]) =>
      diagnose(checkpointCodes, "checkpoint/tensor", {
        file,
        tensor,
        problem: "a model has no state of type U8",
      }),
    );
  return diagnostics.length ? { diagnostics } : { value: tensors as HostTensors, diagnostics };
}

async function readManifest(path: string): Promise<Result<CheckpointManifest>> {
  const broken = (problem: string) => ({
    diagnostics: [diagnose(checkpointCodes, "checkpoint/bad-manifest", { file: path, problem })],
  });
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, "utf8"));
  } catch {
    return broken("it is not JSON");
  }
  const problem = problemOf(json);
  return problem ? broken(problem) : { value: json as CheckpointManifest, diagnostics: [] };
}

function problemOf(json: unknown): string | undefined {
  if (typeof json !== "object" || json === null) return "it is not an object";
  const { version, step, seed, configHash, losses, file, fileHash } = json as Record<string, unknown>;
  if (version !== 1) return `its version is \`${String(version)}\`; expected 1`;
  if (!Number.isSafeInteger(step) || (step as number) < 0) return "`step` is not a whole number";
  if (!Number.isSafeInteger(seed)) return "`seed` is not a whole number";
  if (typeof configHash !== "string" || typeof fileHash !== "string") return "a hash is missing";
  if (typeof losses !== "object" || losses === null) return "`losses` are missing";
  // The name is joined to a path, so it must not lead out of the folder.
  if (typeof file !== "string" || !/^[\w.-]+\.safetensors$/.test(file))
    return "`file` is not the name of a tensor file";
  return undefined;
}
