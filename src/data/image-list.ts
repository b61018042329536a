/** The image files that a command line names: files, folders and patterns. */
import { stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { glob, isDynamicPattern } from "tinyglobby";
import { dataCodes } from "../diagnostics/codes/data.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";

/** What a folder is searched for; other files in it are passed over. */
const EXTENSIONS = ["png", "jpg", "jpeg", "webp", "gif", "tif", "tiff", "avif", "heif"];

/**
 * In the order of `names`; a folder gives the images in it and below, a pattern what it matches, both sorted by name.
 * Errors beside the value: `data/missing-file`, `data/empty`.
 */
export async function listImages(names: readonly string[]): Promise<Result<readonly string[]>> {
  const paths: string[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const name of names) {
    const found = await imagesOf(name);
    if (found.length > 0) paths.push(...found);
    else diagnostics.push(diagnose(dataCodes, "data/empty", { path: name, what: "images" }));
  }
  return { value: paths, diagnostics };
}

/** A file that is not there stays in the list: reading it says what is wrong. */
async function imagesOf(name: string): Promise<readonly string[]> {
  const found = await stat(name).catch(() => undefined);
  if (found?.isDirectory()) return imagesIn(name);
  if (found || !isDynamicPattern(name)) return [name];
  return sorted(await glob(name, { expandDirectories: false, absolute: isAbsolute(name) }));
}

async function imagesIn(folder: string): Promise<readonly string[]> {
  const pattern = `**/*.{${EXTENSIONS.join(",")}}`;
  const inside = await glob(pattern, { cwd: folder, expandDirectories: false, caseSensitiveMatch: false });
  return sorted(inside.map((path) => join(folder, path)));
}

const sorted = (paths: readonly string[]): readonly string[] => [...paths].sort();
