/** From what elaboration built to a `Network`: what follows from who reads what is filled in. */
import type { Construction, Feature } from "./items.ts";
import type { LayerUse, Network } from "./model.ts";

export interface NamedFeature {
  readonly name: string;
  readonly feature: Feature;
}

/** `alsoRead` are layers inside that something beside the network reads. */
export function networkOf(
  { layers, catalog }: Construction,
  inputs: readonly NamedFeature[],
  results: readonly NamedFeature[],
  alsoRead: readonly string[] = [],
): Network {
  const resultValues = new Set([...results.map(({ feature }) => feature.value), ...alsoRead]);
  return {
    inputs: inputs.map(({ name, feature }) => ({ name, shape: feature.shape })),
    layers: layers.map((use) => settleBias(use, layers, resultValues, catalog)),
    results: results.map(({ name, feature }) => ({ name, value: feature.value, shape: feature.shape })),
  };
}

/** A bias is void where only normalization layers read it, which subtract it again. */
function settleBias(
  use: LayerUse,
  all: readonly LayerUse[],
  results: ReadonlySet<string>,
  catalog: Construction["catalog"],
): LayerUse {
  const { layer: components } = catalog.components;
  if (!("bias" in components[use.layer]!.parameters) || use.attributes.bias !== undefined) return use;
  const readers = all.filter((other) => other.inputs.includes(use.path));
  const isVoid =
    !results.has(use.path) &&
    readers.length > 0 &&
    readers.every((reader) => components[reader.layer]!.normalizes);
  return { ...use, attributes: { ...use.attributes, bias: !isVoid } };
}
