/** The JSON Schema of the YAML form, made from the catalogue; the same schema checks what was read from either notation. */

import { ablationSchemas } from "./ablation-schema.ts";
import {
  type Catalog,
  type Component,
  isRequired,
  type ParameterDef,
  type Section,
  type SubsectionDef,
} from "./catalog.ts";
import { describeKind, type Kind, type Role } from "./kinds.ts";
import { optionsOf } from "./project.ts";

export type Schema = { readonly [key: string]: unknown };

export const reference = (name: string): Schema => ({ $ref: `#/definitions/${name}` });

/** Beyond it single precision has no numbers. */
const largest = 3.4e38;

const bounds = (kind: {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly above?: number;
}): Schema => ({
  ...(kind.minimum !== undefined && { minimum: kind.minimum }),
  ...(kind.maximum !== undefined && { maximum: kind.maximum }),
  ...(kind.above !== undefined && { exclusiveMinimum: kind.above }),
});

/** Some digit is not 0, and the exponent keeps it within single precision. */
const positive = "[0-9.]*[1-9][0-9.]*(e-?[0-9]|e-[0-9]{2}|e[12][0-9])?";
const number = "-?[0-9]+(\\.[0-9]+)?(e-?[0-9]+)?";

function coreSchema(kind: Kind): Schema {
  switch (kind.kind) {
    case "number":
    case "integer":
      // What a kind leaves open ends where 32 bits do.
      return {
        type: kind.kind,
        ...bounds({ maximum: kind.kind === "integer" ? 2 ** 31 - 1 : largest, ...kind }),
      };
    case "boolean":
      return { type: "boolean" };
    case "text":
      return { type: "string" };
    case "none":
      return { enum: ["none", null] };
    case "size": {
      const side = kind.minimum === 1 ? "[1-9][0-9]*" : "[0-9]+";
      return {
        anyOf: [
          { type: "integer", minimum: kind.minimum },
          { type: "string", pattern: `^${side}x${side}$` },
        ],
      };
    }
    case "ratio":
      return {
        anyOf: [
          { type: "number", exclusiveMinimum: 0 },
          { type: "string", pattern: "^[0-9.]*[1-9][0-9.]*:[0-9.]*[1-9][0-9.]*$" },
        ],
      };
    case "range":
      return { type: "string", pattern: `^${number}\\.\\.${number}$` };
    case "word":
      return { enum: kind.words };
    case "name":
      return { type: "string", pattern: "^[A-Za-z_][A-Za-z0-9_]*$" };
    case "list":
      return {
        type: "array",
        items: valueSchema(kind.item),
        minItems: kind.length ?? 1,
        ...(kind.length !== undefined && { maxItems: kind.length }),
      };
    case "record":
      return {
        type: "object",
        properties: Object.fromEntries(
          Object.entries(kind.fields).map(([key, field]) => [key, valueSchema(field)]),
        ),
        required: Object.keys(kind.fields),
        additionalProperties: false,
      };
    case "component":
      return kind.only
        ? { anyOf: kind.only.map((name) => componentSchema(kind.role, name)) }
        : reference(kind.role);
    case "rate":
      return {
        anyOf: [
          { type: "number", exclusiveMinimum: 0, maximum: largest },
          { type: "string", pattern: `^${positive} per [1-9][0-9]*images$` },
        ],
      };
    case "moment":
      return {
        anyOf: [
          { type: "number", minimum: 0, maximum: 1 },
          { type: "string", pattern: "^[0-9]+(iterations|images|epochs)$" },
        ],
      };
    case "duration":
      return {
        anyOf: [
          { type: "integer", minimum: 0, maximum: largest },
          { type: "string", pattern: "^[0-9]+(iterations|images|epochs)$" },
        ],
      };
    case "layers":
    case "network":
      return { type: ["string", "array", "object"], minProperties: 1, maxProperties: 1 };
    case "levels":
      return {
        anyOf: [
          { type: "string", pattern: "^[A-Za-z_]" },
          { type: "array", minItems: 1, items: { type: "string", pattern: "^[A-Za-z_]" } },
        ],
      };
    case "either":
      return { anyOf: kind.options.map(coreSchema) };
  }
}

/** A value, or the text of an expression that gives it. */
function valueSchema(kind: Kind): Schema {
  return { anyOf: [...optionsOf(kind).map(coreSchema), reference("expression")] };
}

function parameterSchema(parameter: ParameterDef): Schema {
  return {
    description: `${parameter.summary} ${sentence(describeKind(parameter.kind))}`,
    ...valueSchema(parameter.kind),
  };
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const edits: Schema = {
  replace: { description: "Paths with the values or blocks that replace what is there.", type: "object" },
  append: { description: "Paths with what is added at the end of a list or a pipeline.", type: "object" },
  insert: {
    description: "Layers or items, each with the path that they go before or after.",
    type: ["array", "object"],
  },
  remove: { description: "Paths of what is taken away.", type: ["array", "string"] },
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

/** Keys that reach into blocks: `regions.pool`. */
const pathPattern = "^[A-Za-z_][A-Za-z0-9_]*([.]|\\[)";

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
    ...(more.partial && { patternProperties: { [pathPattern]: {} } }),
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
    additionalProperties: {
      type: "object",
      ...(!partial && { required: ["type"] }),
      properties: { type: { enum: types } },
      allOf: types.map((type) => ({
        if: { required: ["type"], properties: { type: { const: type } } },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
        then: sectionSchema(subsection.types[type]!, partial, { type: { const: type } }),
      })),
    },
  };
}

/** `name` or `{ name: { arguments } }`; whether the name alone is enough, its arguments say. */
function componentSchema(role: Role, name: string): Schema {
  const call = {
    type: "object",
    properties: { [name]: reference(`${role}.${name}`) },
    required: [name],
    additionalProperties: false,
  };
  return { anyOf: [{ const: name }, call] };
}

export type Parameters = Readonly<Record<string, { readonly kind: Kind }>>;

/** Arguments of a network or a block; whether one is missing is told elsewhere, with its declaration. */
export function argumentsSchema(parameters: Parameters): Schema {
  const properties = Object.fromEntries(
    Object.entries(parameters).map(([key, { kind }]) => [key, valueSchema(kind)]),
  );
  return { type: "object", properties, additionalProperties: false };
}

/** The whole schema. `definitions.model` is what a merged model must be. */
export function schemaOf(catalog: Catalog): Schema {
  const roles = Object.entries(catalog.components) as [Role, Readonly<Record<string, Component>>][];
  const components = roles.flatMap(([role, entries]) =>
    Object.values(entries).map(
      (entry) => [`${role}.${entry.name}`, objectSchema(entry.summary, entry.parameters)] as const,
    ),
  );
  const modules = { type: "object", additionalProperties: { type: "object" } };
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "rcnn",
    description: "The YAML form of a region-based detector.",
    type: "object",
    properties: {
      use: {
        description: "Files whose models, networks and blocks this one uses, without extension.",
        type: "array",
        items: { type: "string" },
      },
      model: { type: "object", additionalProperties: reference("modelText") },
      ablation: { type: "object", additionalProperties: reference("ablation") },
      network: modules,
      block: modules,
    },
    definitions: {
      ...ablationSchemas,
      expression: {
        description: "An expression of the language, as text or in the form that YAML has for it.",
        anyOf: [
          { type: "string" },
          ...["pipe", "record", "repeat", "if"].map((word) => ({
            type: "object",
            required: [word],
            properties: { [word]: { type: word === "pipe" ? "array" : "object" } },
            additionalProperties: false,
          })),
        ],
      },
      model: sectionSchema(catalog.model, false),
      modelText: sectionSchema(catalog.model, true, { extends: { type: "string" } }),
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
