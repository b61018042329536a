/** The part of the JSON Schema that is about `ablation` blocks, which the catalogue does not know. */

type Schema = { readonly [key: string]: unknown };

const reference = (name: string): Schema => ({ $ref: `#/definitions/${name}` });
const labelled = (name: string): Schema => ({ type: "object", additionalProperties: reference(name) });

const seed = { type: "integer", minimum: 0 } as const;

const axes: Schema = {
  case: labelled("ablationCase"),
  vary: labelled("ablationVary"),
  grid: reference("ablationCombination"),
  zip: reference("ablationCombination"),
  union: reference("ablationCombination"),
  exclude: {
    description: "Cases, or lists of cases that stand together, whose points are left out.",
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
      documentation: { type: "string" },
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
    additionalProperties: false,
  },
  ablationCase: {
    description: "What a model that extends the base would say; under `vary` also `value`, that of the path.",
    type: ["object", "null"],
    properties: { published: reference("ablationPublished") },
  },
  ablationVary: {
    description: "The values of one path.",
    type: "object",
    properties: {
      case: labelled("ablationCase"),
      values: { description: "Each is a case.", type: ["array", "string"] },
    },
    additionalProperties: false,
  },
  ablationCombination: {
    description:
      "`grid`: each with each. `zip`: the first with the first, and so on. `union`: one after the other.",
    type: "object",
    properties: axes,
    additionalProperties: false,
  },
  ablationPublished: {
    description: "In points of a hundred: `mask.AP: 30.3`.",
    type: "object",
    additionalProperties: { type: ["number", "string"] },
  },
};
