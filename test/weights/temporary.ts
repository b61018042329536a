/** A folder for the files of one test file. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

export function temporaryFolder(): {
  readonly path: string;
  write(name: string, bytes: Uint8Array | string): string;
} {
  const path = mkdtempSync(join(tmpdir(), "rcnn-weights-"));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    write(name, bytes) {
      const file = join(path, name);
      writeFileSync(file, bytes);
      return file;
    },
  };
}
