/** The JSON Schema of the YAML form, made from the catalogue; the same schema checks what was read from either notation. */
import { ablationSchemas, published } from "./ablation-schema.ts";
import type { Catalog, Component } from "./catalog.ts";
import {
  callName,
  callSchema,
  componentSchema,
  expressionText,
  plainName,
  reference,
  type Schema,
  valueSchema,
} from "./kind-schema.ts";
import type { Kind, Role } from "./kinds.ts";
import { layerSchemas, special } from "./layers-schema.ts";
import {
  editDefinitions,
  objectSchema,
  sectionSchema,
  textDefinitions,
  textSchema,
} from "./section-schema.ts";

export type Parameters = Readonly<Record<string, { readonly kind: Kind }>>;

/** Arguments of a network or a block; whether one is missing is told elsewhere, with its declaration. */
export function argumentsSchema(parameters: Parameters): Schema {
  const properties = Object.fromEntries(
    Object.entries(parameters).map(([key, { kind }]) => [key, valueSchema(kind)]),
  );
  return { type: "object", properties, additionalProperties: false };
}

/** Below the file's own folder or that of the library, and without the ending. */
const usedPath: Schema = {
  type: "string",
  pattern:
    "^(?=\\s*\\S)(?!/|[A-Za-z]:)(?!([\\s\\S]*/)?\\.\\.(/|$))(?![\\s\\S]*[\\\\\\u0000])(?![\\s\\S]*\\.(rcnn|ya?ml)$)",
};

/** Declarations by their names. */
const named = (definition: string): Schema => ({
  type: "object",
  propertyNames: plainName,
  additionalProperties: reference(definition),
});

/** The whole schema. `definitions.model` is what a merged model must be. */
export function schemaOf(catalog: Catalog): Schema {
  const roles = Object.entries(catalog.components) as [Role, Readonly<Record<string, Component>>][];
  const components = roles.flatMap(([role, entries]) =>
    Object.values(entries).flatMap((entry): [string, Schema][] => [
      [`${role}.${entry.name}`, objectSchema(entry.summary, entry.parameters)],
      [callName(role, entry.name), callSchema(role, entry)],
    ]),
  );
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "rcnn",
    description: "The YAML form of a region-based detector.",
    type: "object",
    properties: {
      use: {
        description: "Files whose models, networks and blocks this one uses, without extension.",
        anyOf: [usedPath, { type: "array", items: usedPath }],
      },
      model: named("modelText"),
      ablation: named("ablation"),
      network: named("module"),
      block: named("module"),
    },
    propertyNames: plainName,
    additionalProperties: reference("constant"),
    definitions: {
      ...ablationSchemas,
      ...layerSchemas(catalog.components.layer),
      expression: {
        description: "An expression of the language, as text or in the form that YAML has for it.",
        anyOf: [
          expressionText,
          {
            type: "object",
            properties: { if: special.if },
            required: ["if"],
            additionalProperties: false,
          },
        ],
      },
      ...editDefinitions,
      model: sectionSchema(catalog.model),
      ...textDefinitions(catalog.model, "text"),
      modelText: textSchema(catalog.model, "text", { extends: plainName }),
      ablationCase: textSchema(catalog.model, "text", published),
      ablationValue: {
        ...textSchema(catalog.model, "text", {
          ...published,
          value: { description: "That of the path.", allOf: [reference("value")] },
        }),
        type: "object",
        required: ["value"],
      },
      ...Object.fromEntries(
        roles.map(([role, entries]) => [
          role,
          { anyOf: Object.keys(entries).map((name) => componentSchema(role, name)) },
        ]),
      ),
      ...Object.fromEntries(components),
    },
  };
}
