/** Proposed boxes of another program: `{ "image.png": [[x1, y1, x2, y2] or [x1, y1, x2, y2, score], ...], ... }`. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { dataCodes } from "../diagnostics/codes/data.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import type { Feeds } from "./batch.ts";
import { describeJson } from "./json-reader.ts";
import { boxInView, type View } from "./training-view.ts";

/** `[x1, y1, x2, y2]` in pixels of the image file. */
export type ProposedBox = readonly [x1: number, y1: number, x2: number, y2: number];

export interface ProposalFile {
  readonly path: string;
  /** By the name of the image file; by descending score, or in the order of the file. */
  readonly boxes: ReadonlyMap<string, readonly ProposedBox[]>;
}

export async function readProposals(path: string): Promise<Result<ProposalFile>> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) {
    const values = { path, expected: "a JSON file of proposed boxes" };
    return { diagnostics: [diagnose(dataCodes, "data/missing-file", values)] };
  }
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch (error) {
    const values = { path, reason: (error as Error).message };
    return { diagnostics: [diagnose(dataCodes, "data/proposals-json", values)] };
  }
  return readImages(path, root);
}

function readImages(path: string, root: unknown): Result<ProposalFile> {
  const diagnostics: Diagnostic[] = [];
  const wrong = (place: string, value: unknown, expected: string): undefined => {
    diagnostics.push(
      diagnose(dataCodes, "data/wrong-value", { place, found: describeJson(value), expected }),
    );
  };
  if (typeof root !== "object" || root === null || Array.isArray(root)) {
    wrong(`\`${path}\``, root, "an object from names of image files to lists of boxes");
    return { diagnostics };
  }
  const boxes = new Map<string, readonly ProposedBox[]>();
  for (const [name, list] of Object.entries(root)) {
    const place = `\`${path}\`: \`${name}\``;
    const bad = Array.isArray(list) ? list.findIndex((item) => !isBox(item)) : undefined;
    if (bad === undefined) wrong(place, list, "a list of boxes");
    else if (bad >= 0) {
      const expected = "four numbers x1, y1, x2, y2 and perhaps a score, x2 >= x1 and y2 >= y1";
      wrong(`${place}[${bad}]`, (list as readonly unknown[])[bad], expected);
    } else boxes.set(name, byScore(list as readonly (readonly number[])[]));
  }
  return diagnostics.length > 0 ? { diagnostics } : { value: { path, boxes }, diagnostics };
}

const isBox = (item: unknown): item is readonly number[] =>
  Array.isArray(item) &&
  (item.length === 4 || item.length === 5) &&
  item.every((value) => Number.isFinite(value)) &&
  item[2] >= item[0] &&
  item[3] >= item[1];

function byScore(list: readonly (readonly number[])[]): readonly ProposedBox[] {
  const scored = list.every((box) => box.length === 5);
  const sorted = scored ? [...list].sort((a, b) => b[4]! - a[4]!) : list;
  return sorted.map(([x1, y1, x2, y2]) => [x1!, y1!, x2!, y2!]);
}

/** The boxes of the image of that name, with or without its folder. */
export const proposalsOf = ({ boxes }: ProposalFile, name: string): readonly ProposedBox[] | undefined =>
  boxes.get(name) ?? boxes.get(basename(name));

/** An image without an entry has been forgotten; one without boxes has an empty list. */
export function checkProposals(file: ProposalFile, names: readonly string[]): Diagnostic[] {
  const missing = names.filter((name) => proposalsOf(file, name) === undefined);
  if (missing.length === 0) return [];
  const values = { path: file.path, name: missing[0]!, count: missing.length };
  return [diagnose(dataCodes, "data/no-proposals", values)];
}

/** One image's boxes, and how it is shown to the model. */
export interface ProposedImage {
  readonly boxes: readonly ProposedBox[];
  readonly view: View;
}

/** `proposalBoxes` f32 `[N, P, 4]` in pixels shown and `proposalValid` bool `[N, P]`, P being `count`: the first ones. */
export function proposalFeeds(images: readonly ProposedImage[], count: number): Feeds {
  const boxes = new Float32Array(images.length * count * 4);
  const valid = new Uint8Array(images.length * count);
  for (const [index, image] of images.entries()) {
    const seen = image.boxes.map((box) => boxInView(image.view, box)).filter((box) => box !== undefined);
    for (const [slot, box] of seen.slice(0, count).entries()) {
      const at = index * count + slot;
      boxes.set(box, at * 4);
      valid[at] = 1;
    }
  }
  return {
    proposalBoxes: { dtype: "f32", shape: [images.length, count, 4], data: boxes },
    proposalValid: { dtype: "bool", shape: [images.length, count], data: valid },
  };
}
