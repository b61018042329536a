/** What the schema, by a plain Ajv, and all of `rcnn check` say of one YAML text, side by side. */
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { Ajv } from "ajv";
import { parse as parseYaml } from "yaml";
import { createValidator } from "../../src/check/validate.ts";
import { catalog } from "../../src/components/index.ts";
import { allCodes } from "../../src/diagnostics/codes/index.ts";
import { type Diagnostic, hasErrors } from "../../src/diagnostics/diagnostic.ts";
import { inOrder } from "../../src/diagnostics/in-order.ts";
import { checkBundle } from "../../src/language.ts";
import { load } from "../../src/load/load.ts";
import { planBundle } from "../../src/sweep/plan.ts";
import { parse } from "../../src/syntax/parse.ts";
import { pointersIn } from "../../src/syntax/pointers.ts";

// The file that editors read.
const schema = JSON.parse(readFileSync("grammar/rcnn.schema.json", "utf8")) as object;
const accepts = new Ajv({ allErrors: true, strict: false }).compile(schema);

export const isStructural = (code: string): boolean => allCodes[code]?.structural === true;

// Made once, as they take longer than all else.
const validate = createValidator(catalog);
const texts = new Map<string, Promise<string | undefined>>();
const trees = new Map<string, ReturnType<typeof parse>>();

/** Texts of the library are read once. */
const parseOnce: typeof parse = (source) => {
  const key = `${source.name}\n${source.text}`;
  const tree = trees.get(key) ?? parse(source);
  if (source.name.startsWith("configs/")) trees.set(key, tree);
  return tree;
};

/** The errors of `rcnn check` in a file `name` beside the shipped configs. */
export async function errorsOf(text: string, name = "m.yaml"): Promise<readonly Diagnostic[]> {
  const read = (path: string): Promise<string | undefined> => {
    if (path === name) return Promise.resolve(text);
    const known = texts.get(path) ?? readFile(path, "utf8").catch(() => undefined);
    texts.set(path, known);
    return known;
  };
  const loaded = await load(name, { read }, { libraryRoots: ["configs"], parse: parseOnce });
  const bundle = loaded.value;
  if (!bundle) return loaded.diagnostics;
  const checked = checkBundle(bundle, { validate });
  const hasAblation = bundle.entry.declarations.some(
    (each) => each.kind === "block" && each.keyword.text === "ablation",
  );
  const planned = hasAblation ? planBundle(bundle, {}).diagnostics : [];
  const all = inOrder([...loaded.diagnostics, ...checked.diagnostics, ...planned]);
  return all.filter((each) => hasErrors([each]));
}

/** Where the schema refuses a text. */
export const refusals = (text: string): readonly string[] => {
  const { value } = dataOf(text)!;
  return accepts(value)
    ? []
    : accepts.errors!.map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);
};

/** Whether one pointer leads to the other. */
const areNear = (one: string, other: string): boolean =>
  one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);

/** What the two say otherwise of a text; `at` points to what was made wrong in it. */
export async function disagreement(text: string, at?: string): Promise<string | undefined> {
  const found = await errorsOf(text);
  const said = found.map(({ code, message }) => `${code}: ${message}`).join("; ") || "nothing";
  const data = dataOf(text);
  if (data === undefined) return found.length > 0 ? undefined : "only YAML refuses it";
  if (accepts(data.value)) {
    const wrong = found.filter(({ code }) => isStructural(code));
    return wrong.length > 0 ? `only check refuses it: ${said}` : undefined;
  }
  const refused = accepts.errors!.map(({ instancePath }) => instancePath);
  const deepest = refused.filter((path) => !refused.some((other) => other.startsWith(`${path}/`)));
  const pointers = found.map(({ span }) =>
    span?.source.text === text ? pointersIn(span.source)(span) : "nowhere",
  );
  const parent = at?.slice(0, at.lastIndexOf("/")) ?? "";
  const isSame = pointers.some(
    (each) => each.startsWith(parent) && deepest.some((path) => areNear(path, each)),
  );
  return isSame ? undefined : `the schema refuses ${deepest.slice(0, 3).join(", ")}; check says ${said}`;
}

/** Undefined where a reader of YAML gives up. */
function dataOf(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: parseYaml(text, { logLevel: "error" }) };
  } catch {
    return undefined;
  }
}
