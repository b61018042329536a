/** From a text to a model, for tests: everything up to `resolve`, with the files of `configs/` in reach. */
import { readFile } from "node:fs/promises";
import { createValidator } from "../../src/check/validate.ts";
import { catalog } from "../../src/components/catalog.ts";
import { type Diagnostic, hasErrors } from "../../src/diagnostics/diagnostic.ts";
import { inOrder } from "../../src/diagnostics/in-order.ts";
import { resolveBundle } from "../../src/language.ts";
import { type Host, load } from "../../src/load/load.ts";
import type { Model } from "../../src/model/model.ts";

export interface Options {
  readonly sets?: readonly string[];
  readonly classes?: number;
  readonly categoryIds?: readonly number[];
}

export interface Outcome {
  readonly model?: Model | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Compiling the schema takes most of the time of a check. */
const validate = createValidator(catalog);

const fromDisk: Host["read"] = (path) => readFile(path, "utf8").catch(() => undefined);

/** The file at `path`, or `text` in its place; `files` reads all others. */
export async function outcomeOf(
  path: string,
  options: Options = {},
  text?: string,
  files: Host["read"] = fromDisk,
): Promise<Outcome> {
  const read: Host["read"] = (wanted) =>
    wanted === path && text !== undefined ? Promise.resolve(text) : files(wanted);
  const bundle = await load(path, { read }, { libraryRoots: ["configs"] });
  if (!bundle.value) return bundle;
  const { sets = [], ...known } = options;
  const { value, diagnostics } = resolveBundle(bundle.value, { ...known, set: sets, validate });
  return { model: value, diagnostics: inOrder([...bundle.diagnostics, ...diagnostics]) };
}

/** The model of a text without errors. */
export async function modelOf(path: string, options: Options = {}, text?: string): Promise<Model> {
  const { model, diagnostics } = await outcomeOf(path, options, text);
  if (!model || hasErrors(diagnostics)) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return model;
}

/** The small Faster R-CNN with `body` in its extension and `declarations` before it. */
export const extension = (body: string, declarations = ""): string =>
  `use "faster-rcnn-nuclei"\n${declarations}\nmodel m extends faster_rcnn_nuclei {\n${body}\n}\n`;

export const extended = (body: string, declarations = "", options: Options = {}): Promise<Outcome> =>
  outcomeOf("m.rcnn", options, extension(body, declarations));

export const lineOf = ({ span }: Diagnostic): number | undefined =>
  span?.source.text.slice(0, span.start).split("\n").length;
