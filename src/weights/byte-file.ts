/** A file of which parts are read, so that a large one never lies in memory as a whole. */
import { open } from "node:fs/promises";
import { weightsCodes } from "../diagnostics/codes/weights.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import { invariant } from "../support/invariant.ts";

export interface ByteFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** `count` bytes from `at` on, all of them within the file. */
  readonly read: (at: number, count: number) => Promise<Uint8Array>;
  readonly close: () => Promise<void>;
}

export async function openBytes(path: string): Promise<Result<ByteFile>> {
  const handle = await open(path, "r").catch(() => undefined);
  const facts = await handle?.stat();
  if (!handle || !facts?.isFile()) {
    await handle?.close();
    return { diagnostics: [diagnose(weightsCodes, "weights/missing-file", { file: path })] };
  }
  const read = async (at: number, count: number) => {
    const bytes = new Uint8Array(count);
    for (let done = 0; done < count; ) {
      const { bytesRead } = await handle.read(bytes, done, count - done, at + done);
      invariant(bytesRead > 0, `${path} has no ${count} bytes at ${at}`);
      done += bytesRead;
    }
    return bytes;
  };
  return { value: { name: path, size: facts.size, read, close: () => handle.close() }, diagnostics: [] };
}
