/** Which files an artifact becomes. */
import { join } from "node:path";
import { writeAtomically } from "../support/write-atomically.ts";
import type { Artifact } from "../targets/artifact.ts";
import { printKernelPlan } from "../targets/kernel-plan/text.ts";
import { writeSavedModelFolder } from "../targets/saved-model/folder.ts";
import { initialState } from "./initial-state.ts";

/** Gives the files' paths in `folder`, sorted. A saved model comes with initial values drawn from `seed`. */
export async function writeArtifact(
  artifact: Artifact,
  folder: string,
  seed: number,
): Promise<readonly string[]> {
  if (artifact.kind === "saved-model") {
    await writeSavedModelFolder(artifact, initialState(artifact.signatures.state, seed), folder);
    return [...new Set([...artifact.files.keys(), "initial.bin", "signatures.json"])].sort();
  }
  const files: Record<string, string> = {
    "signatures.json": `${JSON.stringify(artifact.signatures, null, 2)}\n`,
  };
  if (artifact.kind === "kernel-plan") files["kernel-plan.json"] = printKernelPlan(artifact);
  for (const [path, content] of Object.entries(files)) await writeAtomically(join(folder, path), content);
  return Object.keys(files).sort();
}
