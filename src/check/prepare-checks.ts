/** Writes the checks of the catalogue's schema as code: part of the build, so that no process has to compile them. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import standalone from "ajv/dist/standalone/index.js";
import { keepCompiled } from "../support/kept-script.ts";
import { parse } from "../syntax/parse.ts";
import type { Catalog } from "./catalog.ts";
import {
  type Definitions,
  definitionsId,
  judging,
  type PreparedChecks,
  preparedName,
} from "./json-schema.ts";
import type { Schema } from "./kind-schema.ts";
import { preparedFile } from "./prepared-checks.ts";
import { argumentsSchema } from "./schema.ts";
import { parametersOf } from "./types.ts";
import { definitionsOf } from "./validate.ts";

export function prepareChecks(catalog: Catalog, libraryRoots: readonly string[]): void {
  writeFileSync(preparedFile, preparedCode(definitionsOf(catalog), libraryArguments(libraryRoots)));
  keepCompiled(preparedFile, (exports) => {
    for (const check of Object.values((exports as PreparedChecks).definitions)) check?.({});
  });
}

/** The schemas of the arguments that the library's networks and blocks take. */
export function libraryArguments(libraryRoots: readonly string[]): readonly Schema[] {
  const files = libraryRoots
    .flatMap((root) => readdirSync(join(root, "library")).map((name) => join(root, "library", name)))
    .filter((path) => path.endsWith(".rcnn"));
  return files.flatMap((path) => {
    const { value } = parse({ name: path, text: readFileSync(path, "utf8") });
    const modules = (value?.declarations ?? []).filter((each) => each.kind === "module");
    return modules.map((module) => argumentsSchema(parametersOf(module, () => {})));
  });
}

/** What a schema says to its readers would be a third of the code. */
const withoutWords = (definitions: Definitions): Definitions =>
  JSON.parse(
    JSON.stringify(definitions, (key, value: unknown) =>
      key === "description" && typeof value === "string" ? undefined : value,
    ),
  );

/** A CommonJS module that exports `PreparedChecks`. */
export function preparedCode(definitions: Definitions, others: readonly Schema[]): string {
  const ajv = new Ajv({ ...judging, inlineRefs: false, code: { source: true, esm: false } });
  const texts = [...new Set(others.map((schema) => JSON.stringify(schema)))];
  const parsed = texts.map((text, index) => [`other.${index}`, JSON.parse(text) as Schema] as const);
  const all = withoutWords({ ...definitions, ...Object.fromEntries(parsed) });
  ajv.addSchema({ $id: definitionsId, definitions: all });
  const names = Object.keys(all).map(
    (name) => [preparedName(name), `${definitionsId}#/definitions/${name}`] as const,
  );
  const code = standalone.default(ajv, Object.fromEntries(names));
  const byText = texts.map((text, index) => `${JSON.stringify(text)}: exports.other_${index}`);
  return `${code}\nmodule.exports = { definitions: exports, others: { ${byText.join(", ")} } };\n`;
}
