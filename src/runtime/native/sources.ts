/** The C++ that is compiled with the native back end; the build carries it along. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const preloadSource = fileURLToPath(new URL("./preload.cc", import.meta.url));
export const profilerSource = fileURLToPath(new URL("./profiler.cc", import.meta.url));
export const kernelsSource = fileURLToPath(new URL("./kernels/add-on.cc", import.meta.url));

/** Of all files of the kernels. */
export function kernelsDigest(): string {
  const folder = dirname(kernelsSource);
  const hash = createHash("sha256");
  for (const name of readdirSync(folder).sort()) hash.update(readFileSync(join(folder, name)));
  return hash.digest("hex").slice(0, 12);
}
