/** The JSON Schema of the YAML form, made from the catalogue; the same schema checks what was read from either notation. */
import { ablationSchemas, published } from "./ablation-schema.ts";
import { type Catalog, type Component, isRequired, type Section, type SubsectionDef } from "./catalog.ts";
import {
  callName,
  callSchema,
  componentSchema,
  editedPath,
  expressionText,
  parameterSchema,
  pathPattern,
  plainName,
  reference,
  type Schema,
  valueSchema,
} from "./kind-schema.ts";
import type { Kind, Role } from "./kinds.ts";
import { layerSchemas, special } from "./layers-schema.ts";

const insertion: Schema = {
  type: "object",
  properties: { value: reference("value"), before: editedPath, after: editedPath },
  required: ["value"],
  additionalProperties: false,
  anyOf: [{ required: ["before"] }, { required: ["after"] }],
};

const edits: Schema = {
  replace: {
    description: "Paths with the values or blocks that replace what is there.",
    type: "object",
    propertyNames: editedPath,
    additionalProperties: reference("value"),
  },
  append: {
    description: "Paths with what is added at the end of a list or a pipeline.",
    type: "object",
    propertyNames: editedPath,
    additionalProperties: reference("value"),
  },
  insert: {
    description: "Layers or items, each with the path that they go before or after.",
    anyOf: [insertion, { type: "array", items: insertion }],
  },
  remove: {
    description: "Paths of what is taken away.",
    anyOf: [editedPath, { type: "array", items: editedPath }],
  },
};

/** What any block of a text may hold beside its own keys. */
const blockText: Schema = {
  documentation: { description: "What the block is, for its readers.", type: "string" },
  ...edits,
  edits: {
    description: "Changes whose order matters.",
    type: "array",
    items: { type: "object", properties: edits, additionalProperties: false },
  },
};

interface ObjectParts {
  readonly properties?: Schema;
  readonly required?: readonly string[];
  /** Whether keys may be missing, since another text gives them. */
  readonly partial?: boolean;
}

function objectSchema(summary: string, parameters: Component["parameters"], more: ObjectParts = {}): Schema {
  const properties = Object.fromEntries(
    Object.entries(parameters).map(([key, parameter]) => [key, parameterSchema(parameter)]),
  );
  const required = Object.keys(parameters).filter((key) => isRequired(parameters[key]!));
  return {
    // A block of a text that changes another may be empty.
    type: more.partial ? ["object", "null"] : "object",
    description: summary,
    properties: { ...properties, ...more.properties, ...(more.partial && blockText) },
    ...(!more.partial && { required: [...required, ...(more.required ?? [])] }),
    ...(more.partial && { patternProperties: { [pathPattern]: reference("value") } }),
    additionalProperties: false,
  };
}

function sectionSchema(section: Section, partial: boolean, more: Schema = {}): Schema {
  const subsections = Object.entries(section.sections);
  return objectSchema(section.summary, section.parameters, {
    properties: {
      ...(section.on && { on: valueSchema({ kind: "levels" }) }),
      ...more,
      ...Object.fromEntries(
        subsections.map(([keyword, subsection]) => [keyword, subsectionSchema(subsection, partial)]),
      ),
    },
    partial,
    required: [
      ...(section.on ? ["on"] : []),
      ...subsections
        .filter(([, subsection]) => subsection.kind === "one" && subsection.required)
        .map(([keyword]) => keyword),
    ],
  });
}

function subsectionSchema(subsection: SubsectionDef, partial: boolean): Schema {
  if (subsection.kind === "one") return sectionSchema(subsection.section, partial);
  const types = Object.keys(subsection.types);
  return {
    type: "object",
    propertyNames: plainName,
    additionalProperties: {
      type: "object",
      ...(!partial && { required: ["type"] }),
      properties: { type: { enum: types } },
      allOf: [
        ...types.map((type) => ({
          if: { required: ["type"], properties: { type: { const: type } } },
          // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
          then: sectionSchema(subsection.types[type]!, partial, { type: { const: type } }),
        })),
        ...(partial
          ? [{ anyOf: [{ required: ["type"] }, unionSchema(Object.values(subsection.types))] }]
          : []),
      ],
    },
  };
}

/** Of a block whose type another text gives: what any of the types may hold. */
function unionSchema(sections: readonly Section[]): Schema {
  const all = sections.map((section) => sectionSchema(section, true) as { readonly properties: Schema });
  const keys = new Set(all.flatMap(({ properties }) => Object.keys(properties)));
  const optionsAt = (key: string): readonly unknown[] => {
    const texts = all.flatMap(({ properties }) => (key in properties ? JSON.stringify(properties[key]) : []));
    return [...new Set(texts)].map((text) => JSON.parse(text) as unknown);
  };
  return {
    properties: Object.fromEntries([...keys].map((key) => [key, { anyOf: optionsAt(key) }])),
    patternProperties: { [pathPattern]: reference("value") },
    additionalProperties: false,
  };
}

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
  pattern: "^(?=.*\\S)(?!/|[A-Za-z]:)(?!(.*/)?\\.\\.(/|$))(?!.*\\\\)(?!.*\\.(rcnn|ya?ml)$)",
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
      model: sectionSchema(catalog.model, false),
      modelText: sectionSchema(catalog.model, true, { extends: plainName }),
      ablationCase: sectionSchema(catalog.model, true, published),
      ablationValue: {
        ...sectionSchema(catalog.model, true, {
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
