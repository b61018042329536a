/** What JSON Schema says of a value, by Ajv: from checks that the build has prepared, or compiled when first asked for. */
import { Ajv, type ErrorObject, type Options, type ValidateFunction } from "ajv";
import type { Json } from "./project.ts";
import type { Schema } from "./schema.ts";

/** What the schema has against one value. */
export interface SchemaError {
  /** JSON pointer of the value. */
  readonly pointer: string;
  readonly keyword: string;
  /** The key that is there (`additionalProperties`) or is not (`required`). */
  readonly key?: string;
}

export type Definitions = { readonly [name: string]: Schema | boolean };

/** The check of each definition, by `preparedName`. */
export type PreparedChecks = Readonly<Record<string, ValidateFunction>>;

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

export function createJudge(definitions: Definitions = {}, prepared: PreparedChecks = {}): Judge {
  // Each check runs a few times only, so its code is not worth optimizing.
  const ajv = new Ajv({ ...judging, code: { optimize: false } });
  ajv.addSchema({ $id: definitionsId, definitions });
  // By the schema's own text, so that a check may outlive the modules it has seen.
  const compiled = new Map<string, ValidateFunction>();
  const checkFor = (schema: Schema): ValidateFunction => {
    const ready = preparedFor(schema, prepared);
    if (ready) return ready;
    const text = JSON.stringify(schema).replaceAll('"#/', `"${definitionsId}#/`);
    const known = compiled.get(text) ?? ajv.compile(JSON.parse(text) as Schema);
    compiled.set(text, known);
    return known;
  };
  return (value, schema) => {
    const check = checkFor(schema);
    return check(value) ? [] : (check.errors ?? []).flatMap(errorOf);
  };
}

function preparedFor({ $ref }: Schema, prepared: PreparedChecks): ValidateFunction | undefined {
  const [, name] = (typeof $ref === "string" && /^#\/definitions\/(.+)$/.exec($ref)) || [];
  return name === undefined ? undefined : prepared[preparedName(name)];
}

function errorOf({ keyword, instancePath, params }: ErrorObject): readonly SchemaError[] {
  // That a condition held is no error of its own.
  if (keyword === "if") return [];
  const { additionalProperty, missingProperty } = params as Readonly<Record<string, string | undefined>>;
  const key = additionalProperty ?? missingProperty;
  return [{ pointer: instancePath, keyword, ...(key !== undefined && { key }) }];
}
