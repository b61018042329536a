/** The JSON Schema of a mapping file, which editors read too (grammar/weights.schema.json). */

const text = { type: "string" };
const texts = { anyOf: [{ type: "string" }, { type: "array", items: text, minItems: 1 }] };
const positive = { type: "number", exclusiveMinimum: 0 };
const threeOf = (items: object) => ({ type: "array", items, minItems: 3, maxItems: 3 });
const background = { enum: ["first", "last", "none"] };

const object = (properties: Readonly<Record<string, object>>, required: readonly string[] = []) => ({
  type: "object",
  additionalProperties: false,
  required,
  properties,
});

const trainedWith = {
  input: object(
    {
      order: { enum: ["rgb", "bgr"] },
      scale: positive,
      mean: threeOf({ type: "number" }),
      deviation: threeOf(positive),
      within: { type: "number", minimum: 0 },
    },
    ["order", "scale", "mean", "deviation"],
  ),
  epsilon: { type: "number", minimum: 0 },
  categories: {
    type: "array",
    items: object({ id: { type: "integer", minimum: 0 }, name: text }, ["id", "name"]),
  },
};

/** Of the metadata of our own files, where layers may differ in their epsilon. */
export const trainedSchema = object({
  ...trainedWith,
  epsilon: {
    anyOf: [
      { type: "number", minimum: 0 },
      { type: "object", additionalProperties: { type: "number", minimum: 0 } },
    ],
  },
});

export const mappingSchema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "Which tensor of a weight file is which parameter of a model.",
  ...object(
    {
      $schema: text,
      name: { type: "string", pattern: "^[a-z0-9][a-z0-9.-]*$" },
      summary: text,
      layers: { type: "object", minProperties: 1, additionalProperties: texts },
      requires: { type: "array", items: text },
      exports: { type: "boolean" },
      names: { type: "object", additionalProperties: texts },
      layout: object({
        filter: { type: "string", pattern: "^(?!.*(.).*\\1)[OIHW]{4}$" },
        deconv: { type: "string", pattern: "^(?!.*(.).*\\1)[OIHW]{4}$" },
        dense: { enum: ["OI", "IO"] },
        flatten: { type: "string", pattern: "^(?!.*(.).*\\1)[CHW]{3}$" },
      }),
      constants: {
        type: "object",
        additionalProperties: { anyOf: [{ type: "number" }, { const: "1 - epsilon" }] },
      },
      background: object({ label: background, boxes: background, masks: background }),
      anchors: { enum: ["ratiosFirst", "sizesFirst"] },
      ignore: { type: "array", items: text },
      counters: { type: "object", additionalProperties: text },
      trained: object(trainedWith),
      pixels: object({ mean: text, deviation: text }, ["mean", "deviation"]),
      published: {
        type: "object",
        additionalProperties: false,
        // Categories may stand in a file beside the mapping.
        patternProperties: {
          "^[0-9a-f]{8}$": object(
            { file: text, ...trainedWith, categories: { anyOf: [text, trainedWith.categories] } },
            ["file"],
          ),
        },
      },
    },
    ["name", "summary", "layers"],
  ),
};
