/** The schema and `check` judge the structure of a YAML text alike, and at the same place. */
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { check } from "../../src/check/check.ts";
import { schemaOf } from "../../src/check/schema.ts";
import { createValidator } from "../../src/check/validate.ts";
import { catalog } from "../../src/components/catalog.ts";
import { checkCodes } from "../../src/diagnostics/codes/check.ts";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { load } from "../../src/load/load.ts";
import { merge } from "../../src/merge/merge.ts";

type Data = { [key: string]: unknown };

const accepts = new Ajv({ allErrors: true, strict: false }).compile(schemaOf(catalog));

const original = readFileSync("configs/faster-rcnn-nuclei.yaml", "utf8");

const isMap = (value: unknown): value is Data =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Paths of all keys inside the model. */
const pathsIn = (data: Data, above: readonly string[]): readonly (readonly string[])[] =>
  Object.entries(data).flatMap(([key, value]) => {
    const path = [...above, key];
    return [path, ...(isMap(value) ? pathsIn(value, path) : [])];
  });

const top = ["model", "faster_rcnn_nuclei"];
const model = (parse(original) as { model: { faster_rcnn_nuclei: Data } }).model.faster_rcnn_nuclei;
const heads = new Set(["documentation", "type", "label", "box"]);
const paths = pathsIn(model, top).filter((path) => !heads.has(path.at(-1)!));

/** The text with the entry at `path` made anew; its key comes last, so that its line is known. */
function changed(path: readonly string[], change: (key: string, value: unknown) => Data): string {
  const data = parse(original) as Data;
  const parent = path.slice(0, -1).reduce<Data>((inner, key) => inner[key] as Data, data);
  const key = path.at(-1)!;
  const value = parent[key];
  delete parent[key];
  Object.assign(parent, change(key, value));
  return stringify(data);
}

// Made once, as it takes longer than all else.
const validate = createValidator(catalog);

async function checked(text: string): Promise<readonly Diagnostic[]> {
  const read = async (path: string): Promise<string | undefined> =>
    path === "m.yaml" ? text : path.endsWith(".rcnn") ? undefined : readFileSync(path, "utf8");
  const host = { read: (path: string) => read(path).catch(() => undefined) };
  const bundle = await load("m.yaml", host, { libraryRoots: ["configs"] });
  const spec = merge(bundle.value!);
  return [
    ...bundle.diagnostics,
    ...spec.diagnostics,
    ...check(spec.value!, catalog, { validate }).diagnostics,
  ];
}

const changes: Readonly<Record<string, (key: string, value: unknown) => Data>> = {
  "is misspelled": (key, value) => ({ [`${key}zz`]: value }),
  "is a wrong number": (key) => ({ [key]: -1e9 }),
  "is a wrong map": (key) => ({ [key]: { zz: 1, yy: 2 } }),
};

const rows = Object.keys(changes).flatMap((what) =>
  paths.map((path) => [path.slice(2).join("."), what, path] as const),
);

test("the text as it stands has nothing wrong for either", async () => {
  expect(accepts(parse(original))).toBe(true);
  expect(await checked(original)).toEqual([]);
});

test("what the schema refuses check refuses there; what it accepts fails by codes that are not structural", async () => {
  const structural = new Set<string>(
    Object.entries(checkCodes).flatMap(([code, row]) => ("structural" in row ? code : [])),
  );
  const wrong: string[] = [];
  for (const [name, what, path] of rows) {
    const text = changed(path, changes[what]!);
    const found = await checked(text);
    const isAccepted = accepts(parse(text));
    const pointer = `/${path.join("/")}`;
    const places = (accepts.errors ?? []).map(({ instancePath }) => instancePath);
    if (isAccepted && found.some(({ code }) => structural.has(code)))
      wrong.push(`${name} ${what}: only check refuses it`);
    if (isAccepted) continue;
    if (!places.some((place) => pointer.startsWith(place) || place.startsWith(pointer)))
      wrong.push(`${name} ${what}: the schema refuses another place`);
    const isThere = found.some(({ span }) => span && keyAt(text, span.start, path.at(-1)!));
    if (!isThere)
      wrong.push(`${name} ${what}: check says ${found.map(({ code }) => code).join() || "nothing"}`);
  }
  expect(wrong).toEqual([]);
});

/** Whether the line of `offset`, or one above it, has the key. */
const keyAt = (text: string, offset: number, key: string): boolean => {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, text.indexOf("\n", offset));
  return line.includes(key) || text.slice(0, offset).split("\n").slice(-3).join("\n").includes(key);
};
