/** Writing a file so that at every moment either the old or the new content is there, whole. */
import { randomBytes } from "node:crypto";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** Makes `path` and the folders above. Node 20's recursive `mkdir` never returns where the system says ENOENT, as in `/proc`. */
export async function makeFolder(path: string): Promise<void> {
  const whole = resolve(path);
  if (await isFolder(whole)) return;
  if (!(await isFolder(dirname(whole)))) await makeFolder(dirname(whole));
  await mkdir(whole).catch(async (error: unknown) => {
    if (!(await isFolder(whole))) throw error;
  });
}

/** Writes beside `path` under a temporary name, flushes to the disk and renames. Makes the folders above. */
export async function writeAtomically(
  path: string,
  content: string | Uint8Array | readonly Uint8Array[],
): Promise<void> {
  await makeFolder(dirname(path));
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    const file = await open(temporary, "wx");
    try {
      for (const part of Array.isArray(content) ? content : [content]) await file.writeFile(part);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
