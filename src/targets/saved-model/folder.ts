/** Writes a saved model to disk for others: the model, its description, and the initial values of its variables. */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { invariant } from "../../support/invariant.ts";
import type { SavedModel } from "../artifact.ts";
import { describeSavedModel, type InitialState } from "./layout.ts";

/** Values of variables by name, as a session reads them. */
export type InitialValues = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly data: ArrayLike<number> }>
>;

/** File of the values within the folder: little-endian float32, one variable after another. */
const initialFile = "initial.bin";

/**
 * Makes `directory` hold `saved_model.pb`, `signatures.json` and `initial.bin`. It is made whole beside its place and then
 * moved there, so that an earlier folder stays until the new one is complete. Rejects with the system's error.
 */
export async function writeSavedModelFolder(
  artifact: SavedModel,
  initial: InitialValues,
  directory: string,
): Promise<void> {
  const target = resolve(directory);
  const staging = `${target}.writing-${process.pid}`;
  const old = `${target}.old-${process.pid}`;
  const { bytes, state } = packState(artifact, initial);
  const description = { ...describeSavedModel(artifact.signatures), initialState: state };
  const files = new Map(artifact.files);
  files.set("signatures.json", new TextEncoder().encode(`${JSON.stringify(description, undefined, 1)}\n`));
  files.set(initialFile, bytes);
  try {
    await writeFiles(files, staging);
    await rename(target, old).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
    await rename(staging, target);
  } finally {
    await rm(staging, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
}

/** Writes each file at its path under `directory`, which is made. */
export async function writeFiles(files: ReadonlyMap<string, Uint8Array>, directory: string): Promise<void> {
  for (const [path, bytes] of files) {
    const place = join(directory, path);
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, bytes);
  }
}

function packState(
  artifact: SavedModel,
  initial: InitialValues,
): { readonly bytes: Uint8Array; readonly state: InitialState } {
  const offsets: Record<string, number> = {};
  const parts: Uint8Array[] = [];
  let length = 0;
  for (const { name, shape } of artifact.signatures.state) {
    const value = initial[name];
    invariant(value, `no initial value is given for ${name}`);
    invariant(
      value.shape.join() === shape.join(),
      `the initial value of ${name} is [${value.shape}], not [${shape}]`,
    );
    const data = Float32Array.from(value.data);
    offsets[name] = length;
    parts.push(new Uint8Array(data.buffer));
    length += data.byteLength;
  }
  return { bytes: new Uint8Array(Buffer.concat(parts)), state: { file: initialFile, offsets } };
}
