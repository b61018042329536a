/** What the model knows of a layer: its parameters and its shape rule. */
import type { Catalog, Component } from "../check/catalog.ts";
import type { AttributeValue, FeatureShape } from "./model.ts";

export type Attributes = Readonly<Record<string, AttributeValue>>;

/** A shape, or in words why there is none. */
export type Derived = { readonly shape: FeatureShape } | { readonly problem: string };

export interface LayerDef extends Component {
  readonly role: "layer";
  /** Number of feature maps that it takes; absent: two or more. */
  readonly arity?: 1;
  /** Has state of its own in a checkpoint, so two alike in one body need names. */
  readonly parametric: boolean;
  /** Subtracts a mean, which makes a bias before it void. */
  readonly normalizes?: true;
  /** What lies before it is not trained. */
  readonly freezes?: true;
  /** Fills in what follows from the other attributes. */
  readonly settle?: (attributes: Attributes) => Attributes;
  readonly derive: (inputs: readonly FeatureShape[], attributes: Attributes) => Derived;
}

export interface ModelCatalog extends Catalog {
  readonly components: Catalog["components"] & { readonly layer: Readonly<Record<string, LayerDef>> };
  /** Defaults of flags of networks and blocks that the profile sets, by their names. */
  readonly flags?: Readonly<Record<string, boolean>>;
}
