/** The JSON Schema of one value in the YAML form, by its kind. */

import { digits, literalText, nameText, numberText } from "../syntax/literal-text.ts";
import type { Component, ParameterDef } from "./catalog.ts";
import { describeKind, type Kind, type Role } from "./kinds.ts";
import { optionsOf } from "./project.ts";

export type Schema = { readonly [key: string]: unknown };

export const reference = (name: string): Schema => ({ $ref: `#/definitions/${name}` });

/** What declarations, blocks and bindings are called. */
export const plainName = { type: "string", pattern: `^${nameText}$` } as const;

const step = `(\\.${nameText}|\\.[0-9]+|\\[[0-9]+\\])`;

/** Keys that reach into blocks: `regions.pool`. */
export const pathPattern = `^${nameText}${step}+$`;

/** A path of names, places in lists and numbers that tell layers apart. */
export const editedPath = { type: "string", pattern: `^${nameText}${step}*$` } as const;

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

/** A string that is no value by itself has to be evaluated. */
export const expressionText: Schema = { type: "string", pattern: `^(?!(${literalText})$)` };

type Numeric = Extract<Kind, { readonly kind: "number" | "integer" }>;

/** Numbers that are written with a unit or as percentages; bounds other than 0 and 1 are left to `check`. */
function quantities(kind: Numeric): readonly Schema[] {
  const {
    unit,
    minimum = Number.NEGATIVE_INFINITY,
    maximum = Number.POSITIVE_INFINITY,
    above = minimum,
  } = kind;
  const isPositive = minimum > 0 || (kind.above !== undefined && above >= 0);
  const sign = above >= 0 ? "" : "-?";
  const some = isPositive ? "(?=.*[1-9])" : "";
  if (unit) {
    const amount = kind.kind === "integer" ? "[0-9]{1,9}" : digits;
    return [{ type: "string", pattern: `^${sign}${some}${amount}${unit}$` }];
  }
  if (kind.kind === "integer") return [];
  const amount = maximum <= 1 ? "(100|[0-9]{1,2}(\\.[0-9]+)?)" : digits;
  return [{ type: "string", pattern: `^${sign}${some}${amount}%$` }];
}

function coreSchema(kind: Kind): Schema {
  switch (kind.kind) {
    case "number":
    case "integer": {
      // What a kind leaves open ends where 32 bits do.
      const maximum = kind.kind === "integer" ? 2 ** 31 - 1 : largest;
      return { anyOf: [{ type: kind.kind, ...bounds({ maximum, ...kind }) }, ...quantities(kind)] };
    }
    case "boolean":
      return { type: "boolean" };
    case "text":
      return { type: "string" };
    case "none":
      return { enum: ["none", null] };
    case "size": {
      const side = kind.minimum === 1 ? "0*[1-9][0-9]*" : "[0-9]+";
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
          ...quantities({ kind: "number", above: 0 }),
        ],
      };
    case "range":
      return { type: "string", pattern: `^${numberText}\\.\\.${numberText}$` };
    case "word":
      return { enum: kind.words };
    case "name":
      return {
        type: "string",
        pattern: `^(?!none$)(${nameText}|trunk\\.${nameText}(\\.${nameText}|\\[[0-9]+\\])*)$`,
      };
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
          { type: "string", pattern: "^[0-9.]*[1-9][0-9.]* per 0*[1-9][0-9]*images$" },
          ...quantities({ kind: "number", above: 0 }),
        ],
      };
    case "moment":
      return {
        anyOf: [
          { type: "number", minimum: 0, maximum: 1 },
          ...quantities({ kind: "number", minimum: 0, maximum: 1 }),
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
      return reference("layers");
    case "levels":
      return { anyOf: [levelText, { type: "array", minItems: 1, items: levelText }] };
    case "either":
      return { anyOf: kind.options.map(coreSchema) };
  }
}

const isTextual = (kind: Kind): boolean =>
  kind.kind === "text" || (kind.kind === "list" && isTextual(kind.item));

/** A feature map, or a range of them. */
const levelText: Schema = {
  type: "string",
  pattern: `^(?!(none|true|false)\\b)${nameText}(\\.\\.(?!(none|true|false)\\b)${nameText})?$`,
};

/** A value, or the text of an expression that gives it. */
export function valueSchema(kind: Kind): Schema {
  const options = optionsOf(kind);
  // A string where texts are wanted is one of them.
  const evaluated = options.every(isTextual) ? [] : [reference("expression")];
  return { anyOf: [...options.map(coreSchema), ...evaluated] };
}

export function parameterSchema(parameter: ParameterDef): Schema {
  return {
    description: `${parameter.summary} ${sentence(describeKind(parameter.kind))}`,
    ...valueSchema(parameter.kind),
  };
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** The definition of what stands behind the name of a component. */
export const callName = (role: Role, name: string): string => `${role}.${name}.call`;

/** `name` or `{ name: { arguments } }`; whether the name alone is enough, its arguments say. */
export function componentSchema(role: Role, name: string): Schema {
  const call = {
    type: "object",
    properties: { [name]: reference(callName(role, name)) },
    required: [name],
    additionalProperties: false,
  };
  return { anyOf: [{ const: name }, call] };
}

/** Arguments by name, or by place. */
export function callSchema(role: Role, { name, parameters }: Pick<Component, "name" | "parameters">): Schema {
  const values = Object.values(parameters);
  const last = values.at(-1);
  const open = last?.variadic && last.kind.kind === "list" ? last.kind.item : undefined;
  const items = (open ? values.slice(0, -1) : values).map(({ kind }) => valueSchema(kind));
  const rest = open ? valueSchema(open) : true;
  const places = items.length > 0 ? { items, additionalItems: rest } : { items: rest };
  return { anyOf: [reference(`${role}.${name}`), { type: "array", ...places }] };
}
