/**
 * The schema and `check` judge the structure of a YAML text alike, and at the same place: over the shipped configs and over
 * documents of the whole catalogue, right ones and ones with a part made wrong. `DOCUMENTS=10000` tries more of them.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isMap, isScalar, isSeq, type Node, parse, parseDocument, stringify } from "yaml";
import { check } from "../../src/check/check.ts";
import { createValidator } from "../../src/check/validate.ts";
import { catalog } from "../../src/components/catalog.ts";
import { allCodes } from "../../src/diagnostics/codes/index.ts";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { load } from "../../src/load/load.ts";
import { merge } from "../../src/merge/merge.ts";
import { type Change, changedAt, changes, documents, pathsIn } from "./catalogue-documents.ts";
import type { Data } from "./catalogue-values.ts";

const count = Number(process.env.DOCUMENTS ?? 600);

// The file that editors read, by a plain Ajv.
const schema = JSON.parse(readFileSync("grammar/rcnn.schema.json", "utf8")) as object;
const accepts = new Ajv({ allErrors: true, strict: false }).compile(schema);

const structural = new Set(
  Object.entries(allCodes).flatMap(([code, row]) => ("structural" in row ? code : [])),
);

// Made once, as it takes longer than all else.
const validate = createValidator(catalog);

async function checked(text: string): Promise<readonly Diagnostic[]> {
  const read = async (path: string): Promise<string | undefined> => (path === "m.yaml" ? text : undefined);
  const { value: bundle, diagnostics } = await load("m.yaml", { read });
  if (!bundle) return diagnostics;
  const merged = merge(bundle);
  const found = merged.value ? check(merged.value, catalog, { validate }).diagnostics : [];
  return [...diagnostics, ...merged.diagnostics, ...found].filter(({ severity }) => severity === "error");
}

/** JSON pointers of all nodes of a text, a key counting as its value, with where they stand. */
function placesIn(
  text: string,
): readonly { readonly pointer: string; readonly start: number; readonly end: number }[] {
  const visit = (node: unknown, pointer: string, from?: number): ReturnType<typeof placesIn> => {
    const [start, end] = (node as Node | null)?.range ?? [from ?? 0, from ?? 0];
    const own = { pointer, start: from ?? start, end };
    const inner = isMap(node)
      ? node.items.flatMap((pair) => {
          const key = isScalar(pair.key) ? pair.key : undefined;
          return visit(pair.value, `${pointer}/${key?.value}`, key?.range?.[0]);
        })
      : isSeq(node)
        ? node.items.flatMap((item, index) => visit(item, `${pointer}/${index}`))
        : [];
    return [own, ...inner];
  };
  return visit(parseDocument(text).contents, "");
}

/** The innermost that holds the beginning of what a diagnostic is about. */
function pointersOf(found: readonly Diagnostic[], text: string): readonly string[] {
  const places = placesIn(text).toSorted(
    (a, b) => a.end - a.start - (b.end - b.start) || b.pointer.length - a.pointer.length,
  );
  return found.map(({ span }) => {
    const start = span?.source.text === text ? span.start : 0;
    return (
      places.find((place) => place.start <= start && start < Math.max(place.end, place.start + 1))?.pointer ??
      ""
    );
  });
}

/** What the two say otherwise of a text; `at` is what was made wrong in it. */
async function disagreement(
  data: Data,
  at?: { readonly path: string; readonly what: string },
): Promise<string | undefined> {
  const text = stringify(data, { aliasDuplicateObjects: false });
  const found = await checked(text);
  const said = (): string => found.map(({ code, message }) => `${code}: ${message}`).join("; ") || "nothing";
  const name = at ? `${at.path} ${at.what}` : "a right document";
  if (accepts(parse(text))) {
    const wrong = found.filter(({ code }) => structural.has(code));
    return wrong.length > 0 ? `${name}: only check refuses it: ${said()}` : undefined;
  }
  const refused = accepts.errors!.map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
  if (!at) return `${name} is refused: ${refused.join("; ")}`;
  const parent = at.path.slice(0, at.path.lastIndexOf("/"));
  const isSame = pointersOf(found, text).some((pointer) => pointer.startsWith(parent));
  return isSame ? undefined : `${name}: check says ${said()}; the schema ${refused.slice(0, 3).join("; ")}`;
}

const shipped = readdirSync("configs", { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => join("configs", name));

test.each(shipped)("the schema accepts %s", (path) => {
  accepts(parse(readFileSync(path, "utf8")));
  expect(accepts.errors ?? []).toEqual([]);
});

test("right documents are accepted, and what is wrong with them is not their structure", async () => {
  const wrong = new Set<string>();
  for (const made of fc.sample(documents, { numRuns: count, seed: 1 })) {
    const found = await disagreement(made);
    if (found) wrong.add(found);
  }
  expect([...wrong]).toEqual([]);
});

const rows = fc
  .tuple(documents, fc.nat(), fc.constantFrom(...Object.entries(changes)))
  .map(([made, part, [what, change]]): [Data, string, string] => {
    const paths = pathsIn(made);
    const path = paths[part % paths.length]!;
    return [changedAt(made, path, change as Change), `/${path.join("/")}`, what];
  });

test("what the schema refuses check refuses there; what it accepts fails by codes that are not structural", async () => {
  const wrong = new Set<string>();
  for (const [made, path, what] of fc.sample(rows, { numRuns: count, seed: 3 })) {
    const found = await disagreement(made, { path, what });
    if (found) wrong.add(found);
  }
  expect([...wrong]).toEqual([]);
});
