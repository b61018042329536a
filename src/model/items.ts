/** What names and expressions mean while networks are built: feature maps, layers, and plain values. */
import type { PlainValue } from "../check/catalog.ts";
import type { Evaluation, Report } from "../check/evaluate.ts";
import type { Validate } from "../check/validate.ts";
import type { Scope, Value } from "../check/values.ts";
import type { Span } from "../diagnostics/span.ts";
import type { UseEdit } from "../merge/spec.ts";
import type { Expression, Module } from "../syntax/ast.ts";
import type { ModelCatalog } from "./layer.ts";
import type { FeatureShape, LayerUse } from "./model.ts";

export type Feature = { readonly kind: "feature"; readonly value: string; readonly shape: FeatureShape };

export type Item =
  | Feature
  /** Results of a network, each built when it is first asked for. */
  | { readonly kind: "features"; readonly names: readonly string[]; readonly get: (name: string) => Item }
  /** Something to apply, with what its names meant where it was written. */
  | { readonly kind: "layer"; readonly expression: Expression; readonly scope: ItemScope }
  | { readonly kind: "value"; readonly value: Value }
  /** Wrong, and already reported. */
  | { readonly kind: "failed" };

export const failed: Item = { kind: "failed" };

/** Lexical: what names mean, wherever the text is used. */
export interface ItemScope {
  readonly lookup: (name: string) => Item | undefined;
  readonly names: () => readonly string[];
}

/** Where in the model something is being built. */
export interface Site {
  /** Path of what is built here: `backbone.c2.first`. */
  readonly path: string;
  /** Uses that led here, outermost first. */
  readonly chain: readonly Frame[];
}

export interface Frame {
  readonly name: string;
  readonly span: Span;
  /** Whether the use has a name of its own, and so an element of the path. */
  readonly named: boolean;
}

/** What a text became at one of its uses: a layer, a block or a network behind `->`, or the name of a binding. */
export interface Observation {
  readonly span: Span;
  readonly path: string;
  /** What it was applied to; absent for bindings. */
  readonly input?: Item | undefined;
  readonly item: Item;
  /** What was called, where it is a block or a network. */
  readonly module?: Module;
  /** Paths of the layers that it was built of; those of a network follow as its results are asked for. */
  readonly layers?: readonly string[];
}

export type Observe = (observation: Observation) => void;

export interface PlacedEdit extends UseEdit {
  /** Path of the use, or of one of its arguments: `backbone.c2.first.conv1.stride`. */
  readonly address: string;
  /** What it changes a part of. */
  readonly inside: Span;
}

/** Of one model. */
export interface Edits {
  readonly list: PlacedEdit[];
  readonly used: Set<PlacedEdit>;
  /** How often each path has been met: the second of two that are alike is `relu.2`. */
  readonly seen: Map<string, number>;
}

export type Attributes = Readonly<Record<string, PlainValue>>;

/** Of one model: calls that are right, by name and values. The next one alike is not checked again. */
export interface KnownCalls {
  /** Of layers, with the defaults filled in. */
  readonly layers: Map<string, Attributes>;
  readonly modules: Set<string>;
  /** How many uses have claimed each path: the second of two that are alike is `relu.2`. */
  readonly alike: Map<string, number>;
}

/** One network under construction. */
export interface Construction {
  readonly catalog: ModelCatalog;
  readonly modules: ReadonlyMap<string, Module>;
  readonly constants: Scope;
  readonly validate: Validate;
  readonly report: Report;
  readonly observe: Observe;
  readonly layers: LayerUse[];
  /** Of the whole model. */
  readonly edits: Edits;
  readonly known: KnownCalls;
  /** Of the whole model: where each path was made. */
  readonly paths: Map<string, Site & { readonly span: Span }>;
}

/** What pure arithmetic sees of a scope: feature maps are records of their numbers. */
export function evaluation(scope: ItemScope, { constants, report }: Construction, span: Span): Evaluation {
  const lookup = (name: string): Value | undefined => {
    const item = scope.lookup(name);
    return item ? pureValue(item, span) : constants.lookup(name);
  };
  return {
    scope: { lookup, names: () => [...scope.names(), ...constants.names()], reach: constants.reach },
    report,
  };
}

function pureValue(item: Item, span: Span): Value {
  if (item.kind === "value") return item.value;
  if (item.kind !== "feature") return { kind: "open", span };
  const { kind: _, ...numbers } = item.shape;
  const entries = Object.entries(numbers).map(([key, value]) => ({
    key,
    keySpan: span,
    value: { kind: "number", value, span } as const,
  }));
  return { kind: "record", entries, span };
}

/** The item in words, for a message that wanted another. */
export function describeItem(item: Item): string {
  switch (item.kind) {
    case "feature":
      return "a feature map";
    case "features":
      return "a set of feature maps";
    case "layer":
      return "a layer that is applied to nothing";
    default:
      return "a value";
  }
}
