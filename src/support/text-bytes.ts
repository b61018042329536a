/** Reads the bytes of a text from disk, whatever stands at its path. */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

/** Bytes of a text that is larger than any the parser looks at, as each character has at most four. */
const mostBytes = 4_000_004;

/**
 * The bytes of a text; of one that is too large for the language so many that it is too large as well. Undefined for what is
 * no file; throws what the operating system says. The files are few and small: waiting for another thread at each step
 * would take longer than reading them.
 */
export function textBytes(path: string): Buffer | undefined {
  // Opening a pipe without this flag would wait for its other end.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = fstatSync(file);
    if (!found.isFile()) return undefined;
    const bytes = Buffer.alloc(Math.min(found.size, mostBytes));
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(file);
  }
}
