/** What JSON Schema says of a value, by Ajv: from checks that the build has prepared, or compiled when first asked for. */
import { createRequire } from "node:module";
import type * as Library from "ajv";
import type { ErrorObject, Options, ValidateFunction } from "ajv";
import type { Schema } from "./kind-schema.ts";
import type { Json } from "./project.ts";

/** What the schema has against one value. */
export interface SchemaError {
  /** JSON pointer of the value. */
  readonly pointer: string;
  readonly keyword: string;
  /** The key that is there (`additionalProperties`) or is not (`required`). */
  readonly key?: string;
}

export type Definitions = { readonly [name: string]: Schema | boolean };

/** The check of each definition, by `preparedName`, and those of other schemas, by their texts. */
export interface PreparedChecks {
  readonly definitions: Readonly<Record<string, ValidateFunction>>;
  readonly others: Readonly<Record<string, ValidateFunction>>;
}

/** All errors of a value; references of the schema name definitions. */
export type Judge = (value: Json, schema: Schema) => readonly SchemaError[];

/** What the prepared checks and those that are compiled here have in common. */
export const judging = {
  allErrors: true,
  strict: false,
  validateSchema: false,
  messages: false,
} as const satisfies Options;

export const definitionsId = "rcnn";

/** Name of a definition in code. */
export const preparedName = (definition: string): string => definition.replace(/\W/g, "_");

const nothing: PreparedChecks = { definitions: {}, others: {} };

export function createJudge(
  definitions: () => Definitions = () => ({}),
  prepared: PreparedChecks = nothing,
): Judge {
  const compile = createCompiler(definitions);
  // By the schema's own text, so that a check may outlive the modules it has seen.
  const checks = new Map<string, ValidateFunction>(Object.entries(prepared.others));
  const checkFor = (schema: Schema): ValidateFunction => {
    const ready = preparedFor(schema, prepared);
    if (ready) return ready;
    const text = JSON.stringify(schema);
    const check = checks.get(text) ?? compile(text);
    checks.set(text, check);
    return check;
  };
  return (value, schema) => {
    const check = checkFor(schema);
    return check(value) ? [] : (check.errors ?? []).flatMap(errorOf);
  };
}

/** Ajv is loaded for the first schema that nothing was prepared for. */
function createCompiler(definitions: () => Definitions): (schema: string) => ValidateFunction {
  const start = (): Library.Ajv => {
    const { Ajv } = createRequire(import.meta.url)("ajv") as typeof Library;
    // Each check runs a few times only, so its code is not worth optimizing.
    return new Ajv({ ...judging, code: { optimize: false } }).addSchema({
      $id: definitionsId,
      definitions: definitions(),
    });
  };
  let ajv: Library.Ajv | undefined;
  return (schema) => {
    ajv ??= start();
    return ajv.compile(JSON.parse(schema.replaceAll('"#/', `"${definitionsId}#/`)) as Schema);
  };
}

function preparedFor({ $ref }: Schema, { definitions }: PreparedChecks): ValidateFunction | undefined {
  const [, name] = (typeof $ref === "string" && /^#\/definitions\/(.+)$/.exec($ref)) || [];
  return name === undefined ? undefined : definitions[preparedName(name)];
}

function errorOf({ keyword, instancePath, params }: ErrorObject): readonly SchemaError[] {
  // That a condition held is no error of its own.
  if (keyword === "if") return [];
  const { additionalProperty, missingProperty } = params as Readonly<Record<string, string | undefined>>;
  const key = additionalProperty ?? missingProperty;
  return [{ pointer: instancePath, keyword, ...(key !== undefined && { key }) }];
}
