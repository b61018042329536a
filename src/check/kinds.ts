/** Kinds of values that parameters of components take, and how a message names them. */
import type { Unit } from "../syntax/ast.ts";

/** What a component does; a parameter of kind `component` takes any component of one role. */
export type Role =
  | "layer"
  | "initializer"
  | "loss"
  | "roiOp"
  | "optimizer"
  | "schedule"
  | "normalization"
  | "anchorSizes"
  | "anchorScales"
  | "anchorRatios"
  | "sampler"
  | "proposals";

interface Bounds {
  readonly minimum?: number;
  readonly maximum?: number;
  /** Exclusive lower end. */
  readonly above?: number;
}

export type Kind =
  | ({ readonly kind: "number"; readonly unit?: Unit } & Bounds)
  | ({ readonly kind: "integer"; readonly unit?: Unit } & Bounds)
  | { readonly kind: "boolean" }
  | { readonly kind: "text" }
  | { readonly kind: "none" }
  /** `7x7`; a lone integer `n` means `nxn`. Becomes `[height, width]`. */
  | { readonly kind: "size"; readonly minimum: 0 | 1 }
  /** `1:2`, or a number; becomes height over width. */
  | { readonly kind: "ratio" }
  /** `0.1..0.5`; becomes `[from, to]`. */
  | ({ readonly kind: "range" } & Bounds)
  /** One of some words or numbers. */
  | { readonly kind: "word"; readonly words: readonly (string | number)[] }
  /** A name that something else in the model gives. */
  | { readonly kind: "name" }
  | { readonly kind: "list"; readonly item: Kind; readonly length?: number }
  /** Every field is required. */
  | { readonly kind: "record"; readonly fields: Readonly<Record<string, Kind>> }
  /** Any component of the role, or only those named. */
  | { readonly kind: "component"; readonly role: Role; readonly only?: readonly string[] }
  /** `0.02 per 16images`, or a number. */
  | { readonly kind: "rate" }
  /** A fraction of the run (`80%`), or a count of steps, images or epochs (`640iterations`). */
  | { readonly kind: "moment" }
  /** A count of steps, images or epochs; a number without a unit counts steps. */
  | { readonly kind: "duration" }
  /** A layer or a pipeline of layers. */
  | { readonly kind: "layers" }
  /** A pipeline of networks from the image to named feature maps. */
  | { readonly kind: "network" }
  /** Results of the backbone: `c5`, `p2..p5`, `[p2, p4]`. */
  | { readonly kind: "levels" }
  | { readonly kind: "either"; readonly options: readonly Kind[] };

export const fraction: Kind = { kind: "number", minimum: 0, maximum: 1 };
export const positiveInteger: Kind = { kind: "integer", minimum: 1 };
export const positiveNumber: Kind = { kind: "number", above: 0 };
export const nonNegative: Kind = { kind: "number", minimum: 0 };
export const pixels: Kind = { kind: "integer", unit: "px", minimum: 1 };
export const size: Kind = { kind: "size", minimum: 1 };
export const padding: Kind = { kind: "size", minimum: 0 };
export const layers: Kind = { kind: "layers" };
export const network: Kind = { kind: "network" };
export const levels: Kind = { kind: "levels" };
export const boolean: Kind = { kind: "boolean" };
export const none: Kind = { kind: "none" };
export const name: Kind = { kind: "name" };

export const word = (...words: readonly string[]): Kind => ({ kind: "word", words });
export const list = (item: Kind, length?: number): Kind => ({
  kind: "list",
  item,
  ...(length !== undefined && { length }),
});
export const either = (...options: readonly Kind[]): Kind => ({ kind: "either", options });
export const component = (role: Role, ...only: readonly string[]): Kind => ({
  kind: "component",
  role,
  ...(only.length > 0 && { only }),
});
/** One value, or one for training and one for testing. */
export const perMode = (item: Kind): Kind =>
  either(item, { kind: "record", fields: { train: item, test: item } });

const roleWords: Readonly<Record<Role, string>> = {
  layer: "a layer",
  initializer: "an initializer",
  loss: "a loss",
  roiOp: "a RoI op",
  optimizer: "an optimizer",
  schedule: "a schedule",
  normalization: "a normalization",
  anchorSizes: "anchor sizes by level",
  anchorScales: "anchor scales by level",
  anchorRatios: "anchor ratios by level",
  sampler: "a way to choose samples",
  proposals: "where proposals come from",
};

/** Roles whose components parameters of modules may be; layers have a kind of their own. */
export const roles = (Object.keys(roleWords) as Role[]).filter((role) => role !== "layer");

export const describeRole = (role: Role): string => roleWords[role];

function describeBounds({ minimum, maximum, above }: Bounds): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (above !== undefined)
    return ` greater than ${above}${maximum === undefined ? "" : `, at most ${maximum}`}`;
  if (minimum !== undefined) return ` of at least ${minimum}`;
  return maximum === undefined ? "" : ` of at most ${maximum}`;
}

const unitWords: Readonly<Record<Unit, string>> = {
  px: "pixels",
  images: "images",
  iterations: "iterations",
  epochs: "epochs",
};

const wordList = (words: readonly (string | number)[]): string =>
  words.map((text) => `\`${text}\``).join(", ");

/** A range below `maximum`. */
const rangeLike = (maximum: number): string =>
  maximum > 100 ? "800..1333" : maximum > 1 ? "0.5..2" : "0.1..0.5";

/** The kind in words, with its article: `a number from 0 to 1`. */
export function describeKind(kind: Kind): string {
  switch (kind.kind) {
    case "number":
      return kind.unit
        ? `a number of ${unitWords[kind.unit]}${describeBounds(kind)}`
        : `a number${describeBounds(kind)}`;
    case "integer":
      return kind.unit
        ? `a whole number of ${unitWords[kind.unit]}${describeBounds(kind)}`
        : `an integer${describeBounds(kind)}`;
    case "boolean":
      return "`true` or `false`";
    case "text":
      return "a text in quotes";
    case "none":
      return "`none`";
    case "size":
      return kind.minimum === 1 ? "a size such as `7x7`" : "a size such as `1x1` or an integer of at least 0";
    case "ratio":
      return "a ratio such as `1:2`";
    case "range":
      return `a range such as \`${rangeLike(kind.maximum ?? 1)}\`${kind.minimum === undefined ? "" : ` within ${kind.minimum}..${kind.maximum}`}`;
    case "word":
      return `one of ${wordList(kind.words)}`;
    case "name":
      return "a name";
    case "list":
      return kind.length === undefined
        ? `a list, each item ${describeKind(kind.item)}`
        : `a list of ${kind.length}, each item ${describeKind(kind.item)}`;
    case "record":
      return `a record { ${Object.entries(kind.fields)
        .map(([key, field]) => `${key} = ${describeKind(field)}`)
        .join(", ")} }`;
    case "component":
      return kind.only ? `${describeRole(kind.role)}: ${wordList(kind.only)}` : describeRole(kind.role);
    case "rate":
      return "a number greater than 0, or a rate such as `0.02 per 16images`";
    case "moment":
      return "a fraction of the run such as `80%`, or a whole number of iterations, images or epochs such as `640iterations`";
    case "duration":
      return "a whole number of iterations, images or epochs such as `500iterations`";
    case "layers":
      return "a layer, or layers joined by `->`";
    case "network":
      return "a network, or networks joined by `->`";
    case "levels":
      return "names of feature maps: `c5`, `p2..p5` or `[p2, p4]`";
    case "either":
      return kind.options.map(describeKind).join(", or ");
  }
}

/** Units that a number of this kind may carry. */
export function unitsOf(kind: Kind | undefined): readonly Unit[] {
  if (kind === undefined) return [];
  switch (kind.kind) {
    case "number":
    case "integer":
      return kind.unit ? [kind.unit] : [];
    case "list":
      return unitsOf(kind.item);
    case "either":
      return kind.options.flatMap(unitsOf);
    default:
      return [];
  }
}
