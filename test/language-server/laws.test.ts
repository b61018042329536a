/** What holds of every text: the server says what `check` says, and answers wherever the cursor stands. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";
import { catalog } from "../../src/components/index.ts";
import { placeOf } from "../../src/diagnostics/render.ts";
import type { Span } from "../../src/diagnostics/span.ts";
import { codeActions } from "../../src/language-server/code-action.ts";
import { completion } from "../../src/language-server/completion.ts";
import { createCosts } from "../../src/language-server/costs.ts";
import { definition, references } from "../../src/language-server/definition.ts";
import { diagnosticsByFile } from "../../src/language-server/diagnostics.ts";
import { formatting } from "../../src/language-server/formatting.ts";
import { hover } from "../../src/language-server/hover.ts";
import { inlayHints } from "../../src/language-server/inlay-hints.ts";
import { occurrencesIn } from "../../src/language-server/names.ts";
import { uriOf } from "../../src/language-server/ranges.ts";
import { prepareRename, rename } from "../../src/language-server/rename.ts";
import { documentSymbols } from "../../src/language-server/symbols.ts";
import { createWorkspace, type Snapshot, type Workspace } from "../../src/language-server/workspace.ts";
import { fileHost } from "../../src/load/file-host.ts";
import { libraryRoots } from "../../src/load/library-roots.ts";
import type { Name } from "../../src/syntax/ast.ts";
import { wordsOf } from "../../src/syntax/word.ts";

const noCosts = createCosts(() => {})([]);

let workspace: Workspace;
beforeAll(() => {
  workspace = createWorkspace({
    catalog,
    host: fileHost,
    libraryRoots: libraryRoots(),
    list: async () => [],
  });
});

const stages = ["syntax", "load", "merge", "check", "model", "sweep"];

/** Examples without options on the command line, which an editor has not. */
const examples = stages
  .flatMap((stage) =>
    readdirSync(join("test", "diagnostics", stage))
      .filter((name) => /\.(rcnn|yaml)$/.test(name))
      .map((name) => join("test", "diagnostics", stage, name)),
  )
  .filter((path) => !path.endsWith("no-ablation.rcnn"))
  .filter(
    (path) => !/^(\/\/|#) (set|model|file|pad|classes|categoryIds): /m.test(readFileSync(path, "utf8")),
  );

/** A file of blocks alone is right in an editor, and of an ablation the base may be wrong for a reason of its own. */
const commandsOnly = new Set(["merge/no-model", "load/unknown-notation", "sweep/same-point"]);

/** Code, line and column of each message of a golden file; the message may have lines of its own. */
const messages = (golden: string): readonly string[] =>
  [...golden.matchAll(/^\S+:(\d+):(\d+): (?:error|warning|note): [\s\S]*? \[([a-z-]+\/[a-z0-9-]+)\]$/gm)].map(
    ([, line, column, code]) => `${code} ${line}:${column}`,
  );

const wantedOf = (path: string) => messages(readFileSync(path.replace(/\.\w+$/, ".txt"), "utf8"));

test("nearly all examples have messages with a place", () => {
  expect(examples.filter((path) => wantedOf(path).length > 0).length).toBeGreaterThan(90);
});

test.each(examples)("%s: the server finds what `check` finds", async (path) => {
  const wanted = wantedOf(path).filter((message) => !commandsOnly.has(message.split(" ")[0]!));
  const snapshot = (await workspace.snapshot(resolve(path)))!;
  const found = snapshot.analysis.diagnostics.flatMap(({ code, span }) =>
    span ? `${code} ${placeOf(span).split(":").slice(-2).join(":")}` : [],
  );
  expect(found).toEqual(expect.arrayContaining([...wanted]));
});

const configs = readdirSync("configs", { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".rcnn") || name.endsWith(".yaml"))
  .map((name) => join("configs", name));

test.each(configs)("%s has no problems, and formatting leaves it", async (path) => {
  const snapshot = (await workspace.snapshot(resolve(path)))!;
  expect([...diagnosticsByFile(snapshot).values()].flat()).toEqual([]);
  expect(formatting(snapshot)).toEqual([]);
});

test("every feature answers at every place of a text that is cut, doubled or garbled", async () => {
  const texts = configs.filter((path) => path.endsWith(".rcnn")).map((path) => readFileSync(path, "utf8"));
  const noise = fc.constantFrom(
    "",
    "{",
    "}",
    "(",
    ")",
    "[",
    "=",
    "->",
    '"',
    "//",
    "\u0000",
    "repeat",
    "1x",
    "p2..",
  );
  const text = fc
    .tuple(fc.constantFrom(...texts), fc.nat(2000), fc.nat(60), noise)
    .map(([whole, at, gone, some]) => whole.slice(0, at) + some + whole.slice(at + gone));
  await fc.assert(
    fc.asyncProperty(text, fc.nat(2100), async (content, at) => {
      const path = resolve("configs", "garbled.rcnn");
      workspace.open(path, TextDocument.create(uriOf(path), "rcnn", 1, content));
      const snapshot = (await workspace.snapshot(path))!;
      const position = snapshot.text.positionAt(at);
      const range = { start: position, end: position };
      completion(snapshot, position, []);
      hover(snapshot, position, noCosts);
      definition(snapshot, position);
      references(snapshot, position, []);
      prepareRename(snapshot, position);
      codeActions(snapshot, range);
      inlayHints(snapshot, range);
      documentSymbols(snapshot);
      diagnosticsByFile(snapshot);
      formatting(snapshot);
      workspace.close(path);
    }),
    { numRuns: 60 },
  );
});

/** Offsets of names that a text makes up: nobody could offer them. */
function newNames({ tree, analysis }: Snapshot): ReadonlySet<number> {
  const found = occurrencesIn(tree, analysis.declarations);
  const declared = found.flatMap(({ symbol, span }) => (symbol.span === span ? span.start : []));
  return new Set([...declared, ...namesMadeUp(tree)]);
}

function namesMadeUp(node: unknown): readonly number[] {
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([key, part]: [string, unknown]) => {
    if (key === "span" || key === "source") return [];
    const { span } = (part ?? {}) as { readonly span?: Span };
    if (key === "as" || key === "index") return span ? [span.start] : [];
    if (key === "label") return Array.from({ length: span!.end - span!.start }, (_, at) => span!.start + at);
    return key === "results" ? (part as readonly Name[]).map((name) => name.span.start) : namesMadeUp(part);
  });
}

test.each(configs.filter((path) => path.endsWith(".rcnn")))(
  "%s: every name is offered where it stands",
  async (path) => {
    const snapshot = (await workspace.snapshot(resolve(path)))!;
    const text = snapshot.text.getText();
    const made = newNames(snapshot);
    const names = wordsOf(text).filter(({ kind, start }) => kind === "name" && !made.has(start));
    const missing = names.filter(({ text: name, start }) => {
      const isMeasure = /\b(mask|box)\.$/.test(text.slice(0, start));
      const items = completion(snapshot, snapshot.text.positionAt(start), []);
      return !isMeasure && !items.some(({ label }) => label === name || label.startsWith(`${name}.`));
    });
    expect(missing).toEqual([]);
    expect(names.length + made.size).toBeGreaterThan(0);
  },
);

test("a config whose names are changed one by one is right after each", async () => {
  const folder = resolve("configs");
  const main = join(folder, "ablations", "roi-ops-nuclei.rcnn");
  const { documents, analysis } = (await workspace.snapshot(main))!;
  const scope = { documents, declarations: analysis.declarations };
  const open = (path: string, text: string): void =>
    workspace.open(path, TextDocument.create(uriOf(path), "rcnn", 1, text));
  const renamed: string[] = [];
  for (const tree of documents.values()) {
    const snapshot = (await workspace.snapshot(tree.source.name))!;
    const declared = occurrencesIn(tree, scope.declarations).filter(
      ({ symbol, span }) => symbol.span === span,
    );
    for (const { symbol, span } of declared) {
      const result = rename(snapshot, snapshot.text.positionAt(span.start), "zebra", [scope]);
      if ("refusal" in result) continue;
      for (const { source } of documents.values()) {
        const before = TextDocument.create("", "rcnn", 1, source.text);
        open(source.name, TextDocument.applyEdits(before, result.changes![uriOf(source.name)] ?? []));
      }
      const after = (await workspace.snapshot(main))!;
      expect(after.analysis.diagnostics, `${symbol.kind} ${symbol.name}`).toEqual([]);
      renamed.push(`${symbol.kind} ${symbol.name}`);
      for (const path of documents.keys()) workspace.close(path);
    }
  }
  expect(renamed.length).toBeGreaterThan(30);
  expect(new Set(renamed.map((each) => each.split(" ")[0]))).toEqual(
    new Set(["model", "network", "block", "parameter", "binding", "head", "result", "input"]),
  );
});
