/** The JSON Schema of blocks: of a whole model, and of texts that give parts of one. */
import { type Component, isRequired, type Section, type SubsectionDef } from "./catalog.ts";
import {
  editedPath,
  parameterSchema,
  pathPattern,
  plainName,
  reference,
  type Schema,
  valueSchema,
} from "./kind-schema.ts";

const insertion: Schema = {
  type: "object",
  properties: { value: reference("value"), before: editedPath, after: editedPath },
  required: ["value"],
  additionalProperties: false,
  anyOf: [{ required: ["before"] }, { required: ["after"] }],
};

/** What is done to what another text says. */
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

const editReferences = Object.fromEntries(Object.keys(edits).map((action) => [action, reference(action)]));

/** Those of edits, by name. */
export const editDefinitions: Schema = {
  ...edits,
  edits: {
    description: "Changes whose order matters.",
    type: "array",
    items: {
      type: "object",
      properties: editReferences,
      additionalProperties: false,
      minProperties: 1,
      maxProperties: 1,
    },
  },
};

/** What any block of a text may hold beside its own keys. */
const blockText: Schema = {
  documentation: { description: "What the block is, for its readers.", type: "string" },
  ...editReferences,
  edits: reference("edits"),
};

interface ObjectParts {
  readonly properties?: Schema;
  readonly required?: readonly string[];
  /** Whether keys may be missing, since another text gives them. */
  readonly partial?: boolean;
}

export function objectSchema(
  summary: string,
  parameters: Component["parameters"],
  more: ObjectParts = {},
): Schema {
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

/** A block of a whole model, with all that is in it. */
export function sectionSchema(section: Section, more: Schema = {}): Schema {
  const { sections } = section;
  const isRequiredBlock = (keyword: string): boolean => {
    const subsection = sections[keyword]!;
    return subsection.kind === "one" && subsection.required;
  };
  return objectSchema(section.summary, section.parameters, {
    properties: {
      ...onSchema(section),
      ...more,
      ...mapValues(sections, (subsection) =>
        subsection.kind === "one" ? sectionSchema(subsection.section) : typedSchema(subsection.types),
      ),
    },
    required: [...(section.on ? ["on"] : []), ...Object.keys(sections).filter(isRequiredBlock)],
  });
}

const onSchema = ({ on }: Section): Schema => (on ? { on: valueSchema({ kind: "levels" }) } : {});

const mapValues = <A, B>(
  record: Readonly<Record<string, A>>,
  of: (value: A, key: string) => B,
): Readonly<Record<string, B>> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, of(value, key)]));

type Types = Extract<SubsectionDef, { readonly kind: "typed" }>["types"];

/** Blocks with labels and types. */
function typedSchema(types: Types): Schema {
  const block = {
    type: "object",
    required: ["type"],
    properties: { type: { enum: Object.keys(types) } },
    allOf: ofTypes(types, (type) => sectionSchema(types[type]!, { type: { const: type } })),
  };
  return { type: "object", propertyNames: plainName, additionalProperties: block };
}

const ofTypes = (types: Types, schema: (type: string) => Schema): readonly Schema[] =>
  Object.keys(types).map((type) => ({
    if: { required: ["type"], properties: { type: { const: type } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: schema(type),
  }));

/** A block of a text, which may leave to another text what it lacks. `path` is that of its definition. */
export function textSchema(section: Section, path: string, more: Schema = {}): Schema {
  const inside = mapValues(section.sections, (subsection, keyword) =>
    subsection.kind === "one"
      ? reference(`${path}.${keyword}`)
      : typedTextSchema(subsection.types, `${path}.${keyword}`),
  );
  const properties = { ...onSchema(section), ...more, ...inside };
  return objectSchema(section.summary, section.parameters, { properties, partial: true });
}

function typedTextSchema(types: Types, path: string): Schema {
  const block = {
    type: "object",
    properties: { type: { enum: Object.keys(types) } },
    allOf: [
      ...ofTypes(types, (type) => reference(`${path}.${type}`)),
      { anyOf: [{ required: ["type"] }, unionSchema(types, path)] },
    ],
  };
  return { type: "object", propertyNames: plainName, additionalProperties: block };
}

/** Of a block whose type another text gives: what any of the types may hold. */
function unionSchema(types: Types, path: string): Schema {
  const all = Object.keys(types).map((type) => Object.entries(propertiesOf(types[type]!, `${path}.${type}`)));
  const options = new Map<string, Set<string>>();
  for (const [key, schema] of all.flat()) {
    options.set(key, (options.get(key) ?? new Set()).add(JSON.stringify(schema)));
  }
  const properties = [...options].map(([key, texts]): [string, Schema] => [
    key,
    { anyOf: [...texts].map((text) => JSON.parse(text) as Schema) },
  ]);
  return {
    properties: Object.fromEntries(properties),
    patternProperties: { [pathPattern]: reference("value") },
    additionalProperties: false,
  };
}

const propertiesOf = (section: Section, path: string): Schema =>
  (textSchema(section, path) as { readonly properties: Schema }).properties;

/** Definitions of all blocks of texts below a section, by their paths. */
export function textDefinitions(section: Section, path: string): Schema {
  const all = Object.entries(section.sections).flatMap(([keyword, subsection]): Schema[] => {
    const below = `${path}.${keyword}`;
    if (subsection.kind === "one") return [textDefinition(subsection.section, below)];
    return Object.entries(subsection.types).map(([type, inner]) =>
      textDefinition(inner, `${below}.${type}`, { type: { const: type } }),
    );
  });
  return Object.assign({}, ...all) as Schema;
}

const textDefinition = (section: Section, path: string, more: Schema = {}): Schema => ({
  [path]: textSchema(section, path, more),
  ...textDefinitions(section, path),
});
