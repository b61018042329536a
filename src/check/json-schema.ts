/**
 * A JSON Schema of the kind that `schema.ts` writes, interpreted: a value is held against each schema a few times only,
 * which does not earn back what a compiler of schemas takes. The tests hold it to Ajv.
 */
import { below, type Json } from "./project.ts";

/** What of draft 7 is read; anything else in a schema is for its readers. */
interface Keywords {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly pattern?: string;
  readonly const?: Json;
  readonly enum?: readonly Json[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly if?: Schema;
  readonly then?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
}

type Schema = boolean | Keywords;

/** What the schema has against one value. */
export interface SchemaError {
  /** JSON pointer of the value. */
  readonly pointer: string;
  readonly keyword: string;
  /** The key that is there (`additionalProperties`) or is not (`required`). */
  readonly key?: string;
}

type Definitions = Readonly<Record<string, Schema>>;

/** What is being judged, and by which definitions. */
interface Judged {
  readonly value: Json;
  readonly pointer: string;
  readonly definitions: Definitions;
}

/** All errors of `value`; references name `definitions`. */
export const schemaErrors = (
  value: Json,
  schema: Schema | { readonly [key: string]: unknown },
  definitions: { readonly [key: string]: unknown },
): readonly SchemaError[] =>
  errorsOf({ value, pointer: "", definitions: definitions as Definitions }, schema as Schema);

function errorsOf(judged: Judged, schema: Schema): readonly SchemaError[] {
  if (schema === true) return [];
  if (schema === false) return [{ pointer: judged.pointer, keyword: "false schema" }];
  const { value } = judged;
  return [
    ...(schema.type === undefined || isOneOf(value, schema.type) ? [] : fault(judged, "type")),
    ...(typeof value === "number" ? numberErrors(value, judged, schema) : []),
    ...(typeof value === "string" && schema.pattern !== undefined && !matches(value, schema.pattern)
      ? fault(judged, "pattern")
      : []),
    ...combined(judged, schema),
    ...(Array.isArray(value) ? listErrors(value, judged, schema) : []),
    ...(isObject(value) ? objectErrors(value, judged, schema) : []),
  ];
}

const fault = ({ pointer }: Judged, keyword: string): readonly SchemaError[] => [{ pointer, keyword }];

const matches = (text: string, pattern: string): boolean => new RegExp(pattern, "u").test(text);

type JsonObject = { readonly [key: string]: Json };

const isObject = (value: Json): value is { [key: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isOneOf = (value: Json, types: string | readonly string[]): boolean =>
  typeof types === "string" ? isOf(value, types) : types.some((type) => isOf(value, type));

function isOf(value: Json, type: string): boolean {
  switch (type) {
    case "integer":
      return Number.isInteger(value);
    case "number":
      return Number.isFinite(value);
    case "object":
      return isObject(value);
    case "array":
      return Array.isArray(value);
    case "null":
      return value === null;
    default:
      return typeof value === type;
  }
}

function numberErrors(value: number, judged: Judged, schema: Keywords): readonly SchemaError[] {
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum: above = -Infinity } = schema;
  return [
    ...(value <= maximum ? [] : fault(judged, "maximum")),
    ...(value >= minimum ? [] : fault(judged, "minimum")),
    ...(value > above || schema.exclusiveMinimum === undefined ? [] : fault(judged, "exclusiveMinimum")),
  ];
}

/** What other schemas and given values say. */
function combined(judged: Judged, schema: Keywords): readonly SchemaError[] {
  const { value, definitions } = judged;
  const { anyOf, allOf, if: condition, then } = schema;
  const errors: SchemaError[] = [];
  if (schema.$ref) errors.push(...errorsOf(judged, definitions[schema.$ref.slice("#/definitions/".length)]!));
  if (schema.const !== undefined && value !== schema.const) errors.push(...fault(judged, "const"));
  if (schema.enum && !schema.enum.includes(value)) errors.push(...fault(judged, "enum"));
  if (anyOf) {
    const against = anyOf.map((option) => errorsOf(judged, option));
    if (against.every((found) => found.length > 0)) errors.push(...against.flat(), ...fault(judged, "anyOf"));
  }
  for (const part of allOf ?? []) errors.push(...errorsOf(judged, part));
  if (condition !== undefined && then !== undefined && errorsOf(judged, condition).length === 0)
    errors.push(...errorsOf(judged, then));
  return errors;
}

function listErrors(value: readonly Json[], judged: Judged, schema: Keywords): readonly SchemaError[] {
  const { minItems = 0, maxItems = Infinity, items } = schema;
  return [
    ...(value.length <= maxItems ? [] : fault(judged, "maxItems")),
    ...(value.length >= minItems ? [] : fault(judged, "minItems")),
    ...(items === undefined ? [] : value.flatMap((_, index) => inner(index, judged, items))),
  ];
}

const inner = (key: string | number, judged: Judged, schema: Schema): readonly SchemaError[] =>
  errorsOf(
    { ...judged, value: (judged.value as JsonObject)[key]!, pointer: below(judged.pointer, key) },
    schema,
  );

function objectErrors(value: JsonObject, judged: Judged, schema: Keywords): readonly SchemaError[] {
  const { minProperties = 0, maxProperties = Infinity, required = [] } = schema;
  const { properties = {}, patternProperties = {}, additionalProperties = true } = schema;
  const keys = Object.keys(value);
  const patterns = Object.entries(patternProperties);
  const { pointer } = judged;
  return [
    ...(keys.length <= maxProperties ? [] : fault(judged, "maxProperties")),
    ...(keys.length >= minProperties ? [] : fault(judged, "minProperties")),
    ...required.flatMap((key) => (Object.hasOwn(value, key) ? [] : { pointer, keyword: "required", key })),
    ...keys.flatMap((key) => {
      const own = Object.hasOwn(properties, key) ? [properties[key]!] : [];
      const matching = patterns.flatMap(([pattern, part]) => (matches(key, pattern) ? [part] : []));
      const parts = [...own, ...matching];
      if (parts.length > 0) return parts.flatMap((part) => inner(key, judged, part));
      if (additionalProperties === false) return [{ pointer, keyword: "additionalProperties", key }];
      return inner(key, judged, additionalProperties);
    }),
  ];
}
