/** What heads read of regions: their own pooling, or what the trunk or another head gives, which they share. */
import type { Value } from "../../ir/types.ts";
import type { HeadModel, Network } from "../../model/model.ts";
import type { LowerContext } from "../context.ts";
import { lowerNetwork, lowerSequence } from "../network.ts";
import { poolRegions } from "../pool.ts";
import type { Regions } from "../regions.ts";

/** Features of one head, its own layers applied, `[N * S, ...]`. */
export interface HeadFeatures {
  (head: HeadModel): Value;
  /** What a head without a `pool` of its own continues, before its layers. */
  readonly source: (head: HeadModel) => Value;
}

/**
 * Called again for other regions, it makes the same layers with the same parameters: a mask head behind the trunk
 * sees what is detected through the trunk again (He et al. 2017, figure 4, left).
 */
export function headFeatures(
  context: LowerContext,
  levels: readonly Value[],
  regions: Regions,
): HeadFeatures {
  const { pool, trunk: network, heads } = context.model.regions;
  const inner = withRealRows(context, regions);
  // Made when first asked for, and once for all heads.
  let made: Readonly<Record<string, Value>> | undefined;
  const trunk = (): Readonly<Record<string, Value>> => {
    const input = () => poolRegions(context, "regions.pool", pool, levels, regions);
    made ??= lowerNetwork(inner, readTrunk(network, heads), { [network.inputs[0]!.name]: input() });
    return made;
  };
  const outputs = new Map<string, Value>();
  const source = ({ from }: HeadModel): Value => {
    if (from?.kind === "head") return features(heads.find(({ name }) => name === from.name)!);
    return trunk()[from?.path ?? network.results[0]!.name]!;
  };
  const features = (head: HeadModel): Value => {
    const { name, path } = head;
    const input = () =>
      head.pool ? poolRegions(context, `${path}.pool`, head.pool, levels, regions) : source(head);
    const output = outputs.get(name) ?? lowerSequence(inner, head.layers, input());
    outputs.set(name, output);
    return output;
  };
  return Object.assign(features, { source });
}

/** The trunk as far as heads read it: its end, and layers inside it, which go by their paths. */
function readTrunk({ inputs, layers, results }: Network, heads: readonly HeadModel[]): Network {
  const within = heads.flatMap(({ from }) => (from?.kind === "layer" ? [from.path] : []));
  const read = layers.filter(({ path }) => within.includes(path));
  const end = heads.some(({ from, pool }) => !from && !pool);
  const wanted = [
    ...(end ? results : []),
    ...read.map(({ path, output }) => ({ name: path, value: path, shape: output })),
  ];
  const needed = new Set(wanted.map(({ value }) => value));
  for (const { path, inputs: from } of layers.toReversed())
    if (needed.has(path)) for (const value of from) needed.add(value);
  return { inputs, layers: layers.filter(({ path }) => needed.has(path)), results: wanted };
}

/** For layers on rows of `regions`: those of padding have no part in the statistics of a batch. */
export function withRealRows(context: LowerContext, { valid }: Regions): LowerContext {
  if (!context.training) return context;
  const rows = valid.type.shape.reduce((product, size) => product * size, 1);
  return { ...context, realRows: context.at("regions.sample").reshape(valid, { shape: [rows] }) };
}
