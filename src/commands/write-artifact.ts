/** Which files an artifact becomes. */
import { join } from "node:path";
import { writeAtomically } from "../support/write-atomically.ts";
import type { Artifact } from "../targets/artifact.ts";

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function filesOf(artifact: Artifact): [string, string | Uint8Array][] {
  const signatures: [string, string] = ["signatures.json", json(artifact.signatures)];
  if (artifact.kind === "saved-model") return [...artifact.files, signatures];
  return [["kernel-plan.json", JSON.stringify(artifact)], signatures];
}

/** Gives the files' paths in `folder`, sorted. */
export async function writeArtifact(artifact: Artifact, folder: string): Promise<readonly string[]> {
  const files = new Map(filesOf(artifact));
  for (const [path, content] of files) await writeAtomically(join(folder, path), content);
  return [...files.keys()].sort();
}
