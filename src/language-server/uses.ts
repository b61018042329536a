/** What the texts of a model became, each at its place: shapes, the results of networks, the layers of blocks. */
import type { Span } from "../diagnostics/span.ts";
import type { Item, Observation } from "../model/items.ts";
import type { FeatureShape, Model } from "../model/model.ts";
import type { Module } from "../syntax/ast.ts";
import { placeKey } from "./ranges.ts";

/** What a text became at one of its uses in one model. */
export interface Use {
  readonly span: Span;
  readonly path: string;
  readonly model: string;
  /** Of what it is applied to; absent for bindings and networks on several maps. */
  readonly input?: FeatureShape;
  /** Of its result; absent where it has several, or stands for no feature map. */
  readonly shape?: FeatureShape;
  /** Of a network, those that were asked for. */
  readonly results?: readonly NamedShape[];
  /** Of a block or a network: its name, where that is declared, and the paths of the layers in it. */
  readonly callee?: string;
  readonly module?: Span;
  readonly layers?: readonly string[];
}

export interface NamedShape {
  readonly name: string;
  readonly shape: FeatureShape;
}

/** The uses in the model `name`, of what was observed while it was built; `built` is absent where it is wrong. */
export function usesOf(
  name: string,
  observations: readonly Observation[],
  built: Model | undefined,
): readonly Use[] {
  const bindings = new Map(observations.map((each) => [`${each.path} ${placeKey(each.span)}`, each]));
  const paths = built?.backbone.layers.map(({ path }) => path) ?? [];
  return observations.map((observation): Use => {
    const { span, path, input, item, module } = observation;
    const [from, to] = [shapeOf(input), shapeOf(item)];
    const shapes = { ...(from && { input: from }), ...(to && { shape: to }) };
    const use = { span, path, model: name, ...shapes, ...(module && calleeOf(module)) };
    if (!module) return use;
    if (item.kind !== "features") return { ...use, layers: observation.layers ?? [] };
    const roots = module.body.bindings.map((binding) => `${path}.${binding.name.text}`);
    const results = module.body.bindings.flatMap((binding): NamedShape[] => {
      const found = bindings.get(`${path}.${binding.name.text} ${placeKey(binding.name.span)}`);
      const shape = item.names.includes(binding.name.text) ? shapeOf(found?.item) : undefined;
      return shape ? [{ name: binding.name.text, shape }] : [];
    });
    const isInside = (layer: string) =>
      roots.some((root) => layer === root || layer.startsWith(`${root}.`) || layer.startsWith(`${root}[`));
    return { ...use, results, layers: paths.filter(isInside) };
  });
}

const calleeOf = ({ name: { text, span } }: Module) => ({ callee: text, module: span });

const shapeOf = (item: Item | undefined): FeatureShape | undefined =>
  item?.kind === "feature" ? item.shape : undefined;
