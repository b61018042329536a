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
  const readers = readersOf(layers);
  return {
    inputs: inputs.map(({ name, feature }) => ({ name, shape: feature.shape })),
    layers: layers.map((use) => settleBias(use, readers.get(use.path) ?? [], resultValues, catalog)),
    results: results.map(({ name, feature }) => ({ name, value: feature.value, shape: feature.shape })),
  };
}

/** The layers that read each value, by its path. */
function readersOf(layers: readonly LayerUse[]): ReadonlyMap<string, readonly LayerUse[]> {
  const readers = new Map<string, LayerUse[]>();
  for (const layer of layers) {
    for (const path of layer.inputs) {
      const found = readers.get(path);
      if (found) found.push(layer);
      else readers.set(path, [layer]);
    }
  }
  return readers;
}

/** A bias is void where only normalization layers read it, which subtract it again. */
function settleBias(
  use: LayerUse,
  readers: readonly LayerUse[],
  results: ReadonlySet<string>,
  catalog: Construction["catalog"],
): LayerUse {
  const { layer: components } = catalog.components;
  if (!("bias" in components[use.layer]!.parameters) || use.attributes.bias !== undefined) return use;
  const isVoid =
    !results.has(use.path) &&
    readers.length > 0 &&
    readers.every((reader) => components[reader.layer]!.normalizes);
  return { ...use, attributes: { ...use.attributes, bias: !isVoid } };
}
