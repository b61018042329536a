/** Our reading of JSON Schema is Ajv's, error by error, over arbitrary schemas of its keywords. */
import { Ajv } from "ajv";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type SchemaError, schemaErrors } from "../../src/check/json-schema.ts";
import type { Json } from "../../src/check/project.ts";

type Schema = boolean | { readonly [key: string]: unknown };

const key = fc.constantFrom("a", "b", "a.b", "c/d");
const text = fc.constantFrom("a", "7x7", "none", "1:2", "");
const number = fc.oneof(fc.integer({ min: -2, max: 3 }), fc.constantFrom(0.5, 1e9));
const types = ["object", "array", "string", "number", "integer", "boolean", "null"] as const;
const pattern = fc.constantFrom("^a", "^[0-9]+x[0-9]+$", "[.]");

const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    number,
    text,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("json"), { maxLength: 3 }),
    fc.dictionary(key, tie("json"), { maxKeys: 3 }),
  ),
}));

const definitions = ["first", "second"] as const;

const { schema } = fc.letrec<{ schema: Schema; keywords: Schema }>((tie) => {
  const many = fc.array(tie("schema"), { minLength: 1, maxLength: 3 });
  const byKey = (names: fc.Arbitrary<string>) => fc.dictionary(names, tie("schema"), { maxKeys: 3 });
  return {
    schema: fc.oneof({ maxDepth: 3, depthSize: "small" }, fc.boolean(), tie("keywords")),
    keywords: fc.record(
      {
        type: fc.oneof(
          fc.constantFrom(...types),
          fc.uniqueArray(fc.constantFrom(...types), { minLength: 1, maxLength: 3 }),
        ),
        minimum: number,
        maximum: number,
        exclusiveMinimum: number,
        pattern,
        const: fc.oneof(number, text),
        enum: fc.uniqueArray(fc.oneof(number, text, fc.constant(null)), { minLength: 1, maxLength: 3 }),
        anyOf: many,
        allOf: many,
        if: tie("schema"),
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
        then: tie("schema"),
        minItems: fc.nat(2),
        maxItems: fc.nat(2),
        items: tie("schema"),
        minProperties: fc.nat(2),
        maxProperties: fc.nat(2),
        required: fc.uniqueArray(key, { maxLength: 2 }),
        properties: byKey(key),
        patternProperties: byKey(pattern),
        additionalProperties: tie("schema"),
      },
      { requiredKeys: [] },
    ),
  };
});

const referring = fc.oneof(
  schema,
  fc.constantFrom(...definitions).map((name) => ({ $ref: `#/definitions/${name}` })),
);

const shown = ({ pointer, keyword, key }: SchemaError): string => `${pointer} ${keyword} ${key ?? ""}`;

function byAjv(value: Json, wanted: Schema, known: Readonly<Record<string, Schema>>): readonly SchemaError[] {
  const ajv = new Ajv({ allErrors: true, strict: false, validateSchema: false });
  const root = typeof wanted === "boolean" ? { allOf: [wanted] } : wanted;
  const validate = ajv.compile({ ...root, definitions: known });
  validate(value);
  return (validate.errors ?? []).flatMap(({ instancePath: pointer, keyword, params }) => {
    // That a condition held is no error of its own.
    if (keyword === "if") return [];
    const name = (params.additionalProperty ?? params.missingProperty) as string | undefined;
    return { pointer, keyword, ...(name !== undefined && { key: name }) };
  });
}

test("a value has the same errors", () => {
  const made = fc.tuple(json, referring, fc.record({ first: schema, second: schema }));
  fc.assert(
    fc.property(made, ([value, wanted, known]) => {
      const ours = schemaErrors(value, wanted, known).map(shown).sort();
      expect(ours).toEqual(byAjv(value, wanted, known).map(shown).sort());
    }),
    { numRuns: 500 },
  );
});

test("schemas of all its parts find errors and find none", () => {
  const found = fc.sample(fc.tuple(json, schema), { numRuns: 1000, seed: 1 });
  const counts = found.map(([value, wanted]) => Math.min(schemaErrors(value, wanted, {}).length, 1));
  const wrong = counts.reduce<number>((sum, count) => sum + count, 0);
  expect(wrong).toBeGreaterThan(200);
  expect(wrong).toBeLessThan(800);
});
