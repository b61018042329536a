/** The places that weights go to: each parameter of a model, with what its layout depends on. */
import type { AnchorsModel, LayerUse, Model, Network } from "../model/model.ts";
import { invariant } from "../support/invariant.ts";
import type { Background } from "./mapping.ts";

/** A parameter as the graph declares it. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
}

/** What the outputs of a last layer stand for. */
export type Outputs =
  | {
      readonly kind: "classes";
      readonly head: "label" | "boxes" | "masks";
      readonly classes: number;
      readonly background: Background;
      /** Outputs of one class. */
      readonly each: number;
    }
  | { readonly kind: "anchors"; readonly sizes: number; readonly ratios: number; readonly each: number };

export interface Slot extends Parameter {
  /** The layer: the name without its last part. */
  readonly path: string;
  /** `filter`, `weights`, `bias`, `scale`, `offset`, `mean`, `variance`, ... */
  readonly part: string;
  readonly kind: "filter" | "deconv" | "dense" | "vector";
  /** The kind of layer, such as `conv`; a head's own last layer has none. */
  readonly layer: string | undefined;
  /** Of a layer that normalizes. */
  readonly epsilon: number | undefined;
  /** The region that was flattened before this dense layer. */
  readonly flattened:
    | { readonly channels: number; readonly height: number; readonly width: number }
    | undefined;
  readonly outputs: Outputs | undefined;
}

export function slotsOf(model: Model, parameters: readonly Parameter[]): readonly Slot[] {
  const layers = new Map(networksOf(model).flatMap(({ layers: uses }) => uses.map((use) => [use.path, use])));
  return parameters.map(({ name, shape }) => {
    const [, path, part] = /^(.*)\.([^.]+)$/.exec(name) ?? [];
    invariant(path && part, `parameter ${name} belongs to a layer`);
    const use = layers.get(path);
    const epsilon = use?.attributes.epsilon;
    const kind = kindOf(part, use);
    return {
      ...{ name, shape, path, part, kind },
      layer: use?.layer,
      epsilon: typeof epsilon === "number" ? epsilon : undefined,
      flattened: kind === "dense" ? flattenedBefore(model, path) : undefined,
      outputs: outputsOf(model, path),
    };
  });
}

export const networksOf = ({ backbone, rpn, regions }: Model): readonly Network[] => [
  backbone,
  ...(rpn ? [rpn.head] : []),
  regions.trunk,
  ...regions.heads.map(({ layers }) => layers),
];

function kindOf(part: string, use: LayerUse | undefined): Slot["kind"] {
  if (part === "filter") return use?.layer === "deconv" ? "deconv" : "filter";
  return part === "weights" ? "dense" : "vector";
}

type Region = NonNullable<Slot["flattened"]>;

/** Follows the input of the dense layer `path` back to a `flatten`, as far as nothing mixes the numbers. */
function flattenedBefore(model: Model, path: string): Region | undefined {
  const { trunk, heads } = model.regions;
  const head = heads.find((each) => [each.path, `${each.path}.logits`].includes(path));
  if (head) return flattenedIn(model, head.layers, resultOf(head.layers));
  const network = [trunk, ...heads.map(({ layers }) => layers)].find(({ layers }) =>
    layers.some((use) => use.path === path),
  );
  const use = network?.layers.find((each) => each.path === path);
  return network && use ? flattenedIn(model, network, use.inputs[0]!) : undefined;
}

const resultOf = ({ results }: Network): string => results[0]!.value;

/** `value` is a layer of `network`, or its input: for the layers of a head, what the head continues. */
function flattenedIn(model: Model, network: Network, value: string): Region | undefined {
  const use = network.layers.find((each) => each.path === value);
  if (!use) {
    const { trunk, heads } = model.regions;
    if (network === trunk) return undefined;
    const from = heads.find(({ layers }) => layers === network)?.from;
    const other = from?.kind === "head" ? heads.find(({ name }) => name === from.name) : undefined;
    if (other) return flattenedIn(model, other.layers, resultOf(other.layers));
    return flattenedIn(model, trunk, from?.kind === "layer" ? from.path : resultOf(trunk));
  }
  if (use.layer === "dense") return undefined;
  const [shape] = use.inputShapes;
  if (use.layer !== "flatten") return flattenedIn(model, network, use.inputs[0]!);
  return shape?.kind === "region" ? shape : undefined;
}

function outputsOf(model: Model, path: string): Outputs | undefined {
  const { rpn, regions, classes } = model;
  if (rpn && path === "rpn.boxes") return { kind: "anchors", each: 4, ...anchorCounts(rpn.anchors) };
  if (rpn && path === "rpn.objectness") {
    const each = rpn.loss.objectness.kind === "softmaxCrossEntropy" ? 2 : 1;
    return { kind: "anchors", each, ...anchorCounts(rpn.anchors) };
  }
  const head = regions.heads.find((each) => [each.path, `${each.path}.logits`].includes(path));
  if (!head) return undefined;
  const ofBackground = (has: boolean): Background => (has ? regions.background : "none");
  switch (head.kind) {
    case "classify":
      return {
        ...{ kind: "classes", head: "label", classes, each: 1 },
        background: ofBackground(head.outputs > classes),
      };
    case "regress":
      if (!head.perClass) return undefined;
      return {
        kind: "classes",
        head: "boxes",
        classes,
        each: 4,
        background: ofBackground(head.withBackground),
      };
    case "segment": {
      if (!head.perClass) return undefined;
      const each = head.layers.results[0]?.shape.kind === "vector" ? head.size ** 2 : 1;
      return { kind: "classes", head: "masks", classes, each, background: ofBackground(head.withBackground) };
    }
  }
}

const anchorCounts = ({ sizes, ratios }: AnchorsModel) => ({
  sizes: sizes[0]!.length,
  ratios: ratios[0]!.length,
});
