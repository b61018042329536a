/** The part of the JSON Schema that is about `ablation` blocks, which the catalogue does not know. */
import { heads } from "../syntax/vocabulary.ts";
import { editedPath, reference, type Schema } from "./kind-schema.ts";

const labelled = (name: string): Schema => ({ type: "object", additionalProperties: reference(name) });

// A reference alone: draft 7 ignores what stands beside one.
const combination: Schema = { allOf: [reference("ablationCombination")] };

const seed = { type: "integer", minimum: 0 } as const;

/** What a case or an ablation consists of: one of these at least. */
const something = (...keys: readonly string[]): Schema => ({
  anyOf: keys.map((key) => ({ required: [key] })),
});

const reserved = [...heads, "replace", "append", "insert", "remove", "edits"];

const axes: Schema = {
  case: {
    description:
      "A named change, or several that belong together: what a model that extends the base would say, and what is `published` of it.",
    ...labelled("ablationCase"),
  },
  vary: { description: "The cases of the path that it is named after.", ...labelled("ablationVary") },
  grid: { description: "Each case of one part with each of the others.", ...combination },
  zip: { description: "The first cases of all parts together, then the second, and so on.", ...combination },
  union: { description: "The cases of one part after those of the other.", ...combination },
  exclude: {
    description:
      "Cases, or lists of cases that stand together, whose points are left out; `path = value` stands for every case that sets it so.",
    type: "array",
    items: { anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] },
  },
};

/** By the name of the definition. */
export const ablationSchemas: Schema = {
  ablation: {
    description: "Variants of a model that are trained and measured one after another.",
    type: "object",
    properties: {
      documentation: { description: "The `///` comment before it.", type: "string" },
      base: { description: "Name of the model that is varied.", type: "string" },
      source: { description: "Where the published values are from.", type: "string" },
      seeds: {
        description: "How many runs each point has, or the seed of each.",
        anyOf: [
          { type: "integer", minimum: 1, maximum: 100 },
          { type: "array", items: seed, minItems: 1 },
          { type: "string" },
        ],
      },
      metric: { description: "What is measured; COCO unless given.", enum: ["coco", "voc"] },
      published: { description: "By the name of a point.", ...labelled("ablationPublished") },
      ...axes,
    },
    required: ["base"],
    ...something("case", "vary", "grid", "zip", "union"),
    additionalProperties: false,
  },
  ablationVary: {
    description: "The values of one path.",
    type: "object",
    properties: {
      case: {
        description: "One value by name: `value`, that of the path, and what else goes with it.",
        ...labelled("ablationValue"),
      },
      values: {
        description: "A list of values, each a case that is named after it.",
        anyOf: [{ type: "array", items: reference("value") }, { type: "string" }],
      },
    },
    ...something("case", "values"),
    additionalProperties: false,
  },
  ablationCombination: {
    description: "Axes that make points together, combinations among them.",
    type: "object",
    properties: axes,
    ...something("case", "vary", "grid", "zip", "union"),
    additionalProperties: false,
  },
  ablationPublished: {
    description:
      "In points of a hundred: `mask.AP: 30.3`. `source` says where they are from, if not where the others are.",
    type: ["object", "null"],
    // Other blocks have these keys; here they could only be measures, and there are none of that name.
    propertyNames: { ...editedPath, not: { enum: reserved } },
    properties: { documentation: { description: "The `///` comment before it.", type: "string" } },
    additionalProperties: { type: ["number", "string"] },
  },
};

/** What cases may say beside what a model that extends the base would. */
export const published: Schema = {
  published: {
    description: "What others found, if the case is a point of its own.",
    allOf: [reference("ablationPublished")],
  },
};
