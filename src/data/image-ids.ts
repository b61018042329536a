/** The ids that an annotation file gives its images: what results are compared by. */
import { readFile } from "node:fs/promises";
import { dataCodes } from "../diagnostics/codes/data.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import { readJson } from "./json-reader.ts";

export interface ImageIds {
  /** The annotation file. */
  readonly path: string;
  /** From `file_name` to `id`. */
  readonly ids: ReadonlyMap<string, number>;
}

/** `images` of COCO instances JSON; the rest of the file may be missing, as where a test set keeps its truths back. */
export async function readImageIds(path: string): Promise<Result<ImageIds>> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined)
    return {
      diagnostics: [diagnose(dataCodes, "data/missing-file", { path, expected: "COCO instances JSON" })],
    };
  let root: unknown;
  try {
    root = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    const reason = (error as Error).message.replace(/\.$/, "");
    return { diagnostics: [diagnose(dataCodes, "data/invalid-json", { path, reason })] };
  }
  const reader = readJson(path, root);
  const ids = new Map<string, number>();
  for (const entry of reader.list("images")) {
    const [id, name] = [entry.integer("id"), entry.text("file_name")];
    if (id !== undefined && name !== undefined) ids.set(name, id);
  }
  return reader.diagnostics.length > 0
    ? { diagnostics: reader.diagnostics }
    : { value: { path, ids }, diagnostics: [] };
}

/** The id of the image at `path`: under the longest end of it that the file knows. */
export function imageIdOf({ ids }: ImageIds, path: string): number | undefined {
  const parts = path.split(/[\\/]/);
  const ends = parts.map((_, from) => parts.slice(from).join("/"));
  const known = ends.find((end) => ids.has(end));
  return known === undefined ? undefined : ids.get(known);
}
