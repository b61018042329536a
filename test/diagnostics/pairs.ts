/** Examples of one mistake each, taken apart so that two of them make one text. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import type { Span } from "../../src/diagnostics/span.ts";
import { type Block, pathText } from "../../src/syntax/ast.ts";
import { parse } from "../../src/syntax/parse.ts";

/** What one example adds to `model m extends faster_rcnn_nuclei`. */
export interface Part {
  readonly path: string;
  readonly uses: readonly string[];
  readonly declarations: readonly string[];
  readonly entries: readonly string[];
  /** What it declares, and which keys and blocks of the model it has. */
  readonly names: ReadonlySet<string>;
  readonly keys: ReadonlySet<string>;
}

const textOf = ({ source, start, end }: Span): string => source.text.slice(start, end);

const head = "model m extends faster_rcnn_nuclei {";

/** Undefined for what is no extension of that model, or needs options. */
export function partOf(path: string): Part | undefined {
  const text = readFileSync(path, "utf8");
  const { value, diagnostics } = parse({ name: path, text });
  if (!value || diagnostics.length > 0 || !text.includes(head) || /^\/\/ \w+: /m.test(text)) return undefined;
  const isModel = (each: (typeof value.declarations)[number]): each is Block =>
    each.kind === "block" && each.keyword.text === "model";
  const models = value.declarations.filter(isModel);
  const others = value.declarations.flatMap((each) => (each.kind === "block" ? [] : [each]));
  if (models.length !== 1 || models.length + others.length !== value.declarations.length) return undefined;
  const keyOf = (entry: Block["entries"][number]): string =>
    entry.kind === "block" ? entry.keyword.text : pathText(entry.path.slice(0, 1));
  return {
    path,
    uses: value.uses.map((use) => use.path),
    declarations: others.map(({ span }) => textOf(span)),
    entries: models[0]!.entries.map(({ span }) => textOf(span)),
    names: new Set(
      others.map((each) => (each.kind === "module" ? each.name.text : textOf(each.span).split(" ")[0]!)),
    ),
    keys: new Set(models[0]!.entries.map(keyOf)),
  };
}

export const parts = (...stages: readonly string[]): readonly Part[] =>
  stages.flatMap((stage) => {
    const folder = join("test", "diagnostics", stage);
    const names = readdirSync(folder).filter((name) => name.endsWith(".rcnn"));
    return names.flatMap((name) => partOf(join(folder, name)) ?? []);
  });

export const joined = (...given: readonly Part[]): string =>
  [
    ...new Set(given.flatMap(({ uses }) => uses.map((use) => `use "${use}"`))),
    ...given.flatMap(({ declarations }) => declarations),
    head,
    ...given.flatMap(({ entries }) => entries),
    "}",
    "",
  ].join("\n");

const shared = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  [...a].some((name) => b.has(name));

/** Whether neither says anything of what the other is about. */
export const areApart = (a: Part, b: Part): boolean => !shared(a.names, b.names) && !shared(a.keys, b.keys);

/** Code and place, however many lines stand before it. */
export function placed({ code, span }: Diagnostic): string {
  if (!span) return code;
  const { text } = span.source;
  const from = text.lastIndexOf("\n", span.start - 1) + 1;
  return `${code} at ${span.start - from} of ${text.slice(from).split("\n")[0]}`;
}
