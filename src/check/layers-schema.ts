/** The JSON Schema of layers, of values that may hold them, and of networks and blocks, in the YAML form. */
import type { Component } from "./catalog.ts";
import { callName, expressionText, plainName, reference, type Schema, valueSchema } from "./kind-schema.ts";

const value = reference("value");
const body = reference("body");
const stages: Schema = { type: "array", minItems: 1, items: reference("stage") };
const names: Schema = { anyOf: [plainName, { type: "array", items: plainName }] };
const scalar: Schema = { type: ["string", "number", "boolean", "null"] };

/** Maps that a word of the YAML form begins. */
export const special: Schema = {
  pipe: stages,
  record: { type: "object", additionalProperties: value },
  repeat: {
    type: "object",
    properties: { times: value, index: plainName, body, layers: body },
    required: ["times"],
    additionalProperties: false,
    anyOf: [{ required: ["body"] }, { required: ["layers"] }],
  },
  if: {
    type: "object",
    // biome-ignore lint/suspicious/noThenProperty: a word of the YAML form
    properties: { condition: value, then: body, else: body },
    required: ["condition", "then", "else"],
    additionalProperties: false,
  },
};

const parameter: Schema = {
  anyOf: [
    { type: "string" },
    {
      type: "object",
      properties: { type: { type: "string" }, default: value },
      required: ["type"],
      additionalProperties: false,
    },
  ],
};

/** A network or a block. */
const module: Schema = {
  type: "object",
  properties: {
    documentation: { type: "string" },
    parameters: { type: "object", propertyNames: plainName, additionalProperties: parameter },
    on: names,
    results: names,
    body,
  },
  required: ["body"],
  additionalProperties: false,
};

/** What a call has for its argument where it stands behind an arrow: `{ upsample: 2 }`. */
function stageCall(layer: Component): Schema {
  const [first] = Object.values(layer.parameters);
  const alone = first ? [valueSchema(first.kind)] : [];
  return { anyOf: [reference(callName("layer", layer.name)), ...alone, { type: "null" }] };
}

/** By the name of the definition. */
export function layerSchemas(layers: Readonly<Record<string, Component>>): Schema {
  const by = (schema: (layer: Component) => Schema): Schema =>
    Object.fromEntries(Object.values(layers).map((layer) => [layer.name, schema(layer)]));
  const calls = by(({ name }) => reference(callName("layer", name)));
  // Before a scalar a name is the key of a record.
  const callsOrKeys = by(({ name }) => ({ anyOf: [reference(callName("layer", name)), scalar] }));
  return {
    layers: {
      description: "A layer, or a list of layers that each take what the one before gives.",
      anyOf: [
        expressionText,
        stages,
        {
          type: "object",
          properties: { ...calls, ...special, record: false },
          propertyNames: plainName,
          additionalProperties: { allOf: [{ type: ["object", "array"] }, reference("call")] },
          minProperties: 1,
          maxProperties: 1,
        },
      ],
    },
    stage: {
      description: "One layer, and `as` beside it for a name.",
      anyOf: [
        expressionText,
        { type: "array", minItems: 1, items: value },
        {
          type: "object",
          properties: { ...by(stageCall), ...special, as: plainName },
          propertyNames: plainName,
          additionalProperties: reference("call"),
          minProperties: 1,
          maxProperties: 2,
          allOf: [
            // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
            { if: { minProperties: 2 }, then: { required: ["as"] } },
            // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
            { if: { required: ["as"] }, then: { minProperties: 2 } },
          ],
        },
      ],
    },
    value: {
      description: "Any value: a map with one name is a call, any other a record.",
      anyOf: [
        scalar,
        { type: "array", items: value },
        {
          type: "object",
          if: { maxProperties: 1, anyOf: Object.keys(special).map((word) => ({ required: [word] })) },
          // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
          then: { properties: special },
          else: {
            allOf: [
              {
                if: { maxProperties: 1 },
                // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
                then: {
                  properties: callsOrKeys,
                  patternProperties: { [plainName.pattern]: reference("call") },
                },
              },
            ],
            additionalProperties: value,
          },
        },
      ],
    },
    call: {
      description: "The arguments of a network, a block or a layer.",
      anyOf: [
        scalar,
        { type: "array", items: value },
        { type: "object", propertyNames: plainName, additionalProperties: value },
      ],
    },
    body: {
      description: "Bindings and `return`; or a list of layers, or the one value that is returned.",
      anyOf: [
        scalar,
        { type: "array", items: reference("stage") },
        { type: "object", propertyNames: plainName, additionalProperties: value },
      ],
    },
    module,
    constant: {
      description: "A value with a name.",
      anyOf: [
        scalar,
        { type: "array", items: value },
        ...Object.entries(special).map(([word, schema]) => ({
          type: "object",
          properties: { [word]: schema },
          required: [word],
          additionalProperties: false,
        })),
      ],
    },
  };
}
