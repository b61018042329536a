/** What the parts of a model give and hold: shapes of levels, of pooled regions and of heads, and costs by the path. */
import type { FeatureShape, Model } from "../model/model.ts";
import { showShape } from "../model/shapes.ts";
import type { Block, Expression } from "../syntax/ast.ts";
import { paragraphs } from "./catalog-text.ts";
import type { Costs } from "./costs.ts";
import { touches } from "./ranges.ts";
import { costText, namedShapes } from "./shape-text.ts";
import { isKind, type Node } from "./tree.ts";
import type { NamedShape } from "./uses.ts";

/** Undefined for a path at which the model has no layers, and whose value has no shape. The empty path is the model. */
export function partText(path: string, { models, costs }: PartsOf): string | undefined {
  const lines = models.map((model) => {
    const shape = shapeAt(path, model) ?? headShape(path, model, costs);
    const cost = costText(costs.below(model.name, path));
    if (!shape) return cost === "" ? "" : `\`${path === "" ? model.name : path}\`: ${cost.slice(2)}`;
    return `\`${path}\`: ${shape}${cost}`;
  });
  return paragraphs(...new Set(lines.filter((line) => line !== ""))) || undefined;
}

export interface PartsOf {
  /** Those that the block around the cursor has become. */
  readonly models: readonly Model[];
  readonly costs: Costs;
}

function shapeAt(path: string, { backbone, regions }: Model): string | undefined {
  if (path === "backbone") return namedShapes(backbone.results);
  if (path === "regions.trunk") return bold(regions.trunk.results[0]?.shape);
  if (path === "regions.pool") return bold(regions.trunk.inputs[0]?.shape);
  const pooling = regions.heads.find((head) => `regions.${head.name}.pool` === path);
  return bold(pooling?.layers.inputs[0]?.shape);
}

const bold = (shape: FeatureShape | undefined): string | undefined => shape && `**${showShape(shape)}**`;

/** What the last layer of a head gives for one region. */
function headShape(path: string, { name, regions }: Model, costs: Costs): string | undefined {
  const isHead = regions.heads.some((head) => `regions.${head.name}` === path);
  const shape = isHead ? costs.shape(name, path) : undefined;
  return shape && `**${shape}**`;
}

/** What `trunk`, a layer in it or another head gives, where a head goes on from it. */
export function sourceText(name: string, parts: PartsOf): string | undefined {
  const paths = name === "trunk" ? ["regions.trunk"] : [`regions.trunk.${name}`, `regions.${name}`];
  return paths.map((path) => partText(path, parts)).find((text) => text !== undefined);
}

/** The maps that a block stands on, where the cursor is at their names: `p2..p5` are four. */
export function levelsText(
  { on }: Block,
  chain: readonly Node[],
  offset: number,
  models: readonly Model[],
): { readonly span: Expression["span"]; readonly text: string } | undefined {
  if (!on || !touches(on.span, offset)) return undefined;
  const place = chain.find((node) => isKind(node, "range")) ?? chain.at(-1);
  if (!isKind(place, "range", "name")) return undefined;
  const lines = models.map(({ backbone }) => namedShapes(between(place, backbone.results)));
  const text = paragraphs(...new Set(lines));
  return text ? { span: place.span, text } : undefined;
}

function between(
  place: Extract<Expression, { readonly kind: "range" | "name" }>,
  results: readonly NamedShape[],
): readonly NamedShape[] {
  const at = (end: Expression): number =>
    end.kind === "name" ? results.findIndex(({ name }) => name === end.name) : -1;
  const [first, last]: readonly number[] =
    place.kind === "range" ? [at(place.from), at(place.to)] : [at(place), at(place)];
  const [from, to] = [Math.min(first!, last!), Math.max(first!, last!)];
  return from < 0 ? [] : results.slice(from, to + 1);
}
