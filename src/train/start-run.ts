/** Makes the folder of a new run; an earlier run of the same name is kept beside it. */
import { rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../support/write-atomically.ts";
import type { Log } from "./api.ts";
import { runFiles } from "./checkpoint.ts";
import { type Run, writeRun } from "./run-file.ts";

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

export async function startRun(folder: string, run: Run, log?: Log): Promise<void> {
  if (await exists(join(folder, runFiles.resolved))) {
    const kept = await freeName(folder);
    await rename(folder, kept);
    log?.(`${folder} held an earlier run, which is now ${kept}.`);
  }
  await makeFolder(folder);
  await writeRun(folder, run);
  await writeFile(join(folder, runFiles.metrics), "");
}

async function freeName(folder: string): Promise<string> {
  const stem = folder.replace(/[\\/]+$/, "");
  for (let number = 1; ; number++) {
    const name = `${stem}.earlier-${number}`;
    if (!(await exists(name))) return name;
  }
}
