/** What components and sections of a model declare about themselves: the vocabulary that a text is checked against. */
import type { Kind, Role } from "./kinds.ts";

/** A value after evaluation: plain JSON. Sizes are `[height, width]`, components `{ kind, ...arguments }`, `none` is null. */
export type PlainValue =
  | number
  | boolean
  | string
  | null
  | readonly PlainValue[]
  | { readonly [key: string]: PlainValue };

export interface ParameterDef {
  readonly kind: Kind;
  readonly summary: string;
  /** Taken where the text gives none; in the form that a value of this kind has after evaluation. */
  readonly default?: PlainValue;
  /** Instead of a default: what the value follows from. Neither: the text must give it. */
  readonly derived?: string;
  /** The profile that set the default, where it is not the catalogue's own. */
  readonly profile?: string;
  /** Takes all remaining positional arguments as a list. */
  readonly variadic?: true;
}

/** Named value with parameters: `smoothL1(beta = 1/9)`. Positional arguments follow the order of `parameters`. */
export interface Component {
  readonly name: string;
  readonly role: Role;
  readonly summary: string;
  /** The paper or code that defines it. */
  readonly source?: string;
  readonly parameters: Readonly<Record<string, ParameterDef>>;
}

/** A block with keys: `anchors { ... }`. */
export interface Section {
  readonly name: string;
  readonly summary: string;
  readonly source?: string;
  readonly parameters: Readonly<Record<string, ParameterDef>>;
  /** Blocks inside it, by keyword. */
  readonly sections: Readonly<Record<string, SubsectionDef>>;
  /** Names feature maps after `on`: `rpn on p2..p5 { ... }`. */
  readonly on?: true;
}

export type SubsectionDef =
  /** Written once. */
  | { readonly kind: "one"; readonly section: Section; readonly required: boolean }
  /** Written any number of times with a name and a type: `head mask: segment { ... }`. */
  | { readonly kind: "typed"; readonly types: Readonly<Record<string, Section>> };

/** The conventions of one code base, as other defaults. */
export interface Profile {
  readonly name: string;
  readonly summary: string;
  readonly source: string;
  /** By section and key (`rpn.propose.after`, `regions.head.regress.loss`), or by role, component and key (`roiOp.roiAlign.aligned`). */
  readonly defaults: Readonly<Record<string, PlainValue>>;
  /** Of networks and blocks: the default of every flag of that name. */
  readonly flags?: Readonly<Record<string, boolean>>;
}

export interface Catalog {
  readonly components: Readonly<Record<Role, Readonly<Record<string, Component>>>>;
  /** The root: what `model NAME { ... }` may hold. */
  readonly model: Section;
  readonly profiles?: Readonly<Record<string, Profile>>;
}

export const isRequired = (parameter: ParameterDef): boolean =>
  parameter.default === undefined && parameter.derived === undefined;

/** A table of components keyed by their names. */
export const byName = <T extends { readonly name: string }>(
  items: readonly T[],
): Readonly<Record<string, T>> => Object.fromEntries(items.map((item) => [item.name, item]));

/** What putting texts together has to know of the words in them. */
export const wordsToMerge = ({ model, components }: Catalog) => ({
  /** What a text may set or open directly in a model. */
  keys: [...Object.keys(model.parameters), ...Object.keys(model.sections)],
  /** Components that take any number of values in a row. */
  variadic: Object.values(components).flatMap((table) =>
    Object.values(table).flatMap(({ name, parameters }) =>
      Object.values(parameters).at(-1)?.variadic ? [name] : [],
    ),
  ),
});
