/** Writes the checks of the catalogue's schema as code: part of the build, so that no process has to compile them. */
import { writeFileSync } from "node:fs";
import { Ajv } from "ajv";
import standalone from "ajv/dist/standalone/index.js";
import type { Catalog } from "./catalog.ts";
import { definitionsId, judging, preparedName } from "./json-schema.ts";
import { preparedFile } from "./prepared-checks.ts";
import { definitionsOf } from "./validate.ts";

export const prepareChecks = (catalog: Catalog): void => writeFileSync(preparedFile, preparedCode(catalog));

/** A CommonJS module that exports each definition's check by its prepared name. */
export function preparedCode(catalog: Catalog): string {
  const definitions = definitionsOf(catalog);
  const ajv = new Ajv({ ...judging, inlineRefs: false, code: { source: true, esm: false } });
  ajv.addSchema({ $id: definitionsId, definitions });
  const names = Object.keys(definitions).map(
    (name) => [preparedName(name), `${definitionsId}#/definitions/${name}`] as const,
  );
  return standalone.default(ajv, Object.fromEntries(names));
}
