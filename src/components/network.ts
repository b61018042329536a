/** Runs an elaborated network: each primitive layer on the values of those before it. */

import type { Value } from "../ir/types.ts";
import type { Network } from "../model/model.ts";
import { invariant } from "../support/invariant.ts";
import type { LowerContext } from "./context.ts";
import { layers } from "./layers/index.ts";

/** `inputs` by the names in `network.inputs`; gives the results by name. */
export function lowerNetwork(
  context: LowerContext,
  network: Network,
  inputs: Readonly<Record<string, Value>>,
): Readonly<Record<string, Value>> {
  const values = new Map<string, Value>(Object.entries(inputs));
  const valueNamed = (name: string): Value => {
    const value = values.get(name);
    invariant(value, `the network has no value \`${name}\``);
    return value;
  };
  for (const use of network.layers) {
    const layer = layers[use.layer];
    invariant(layer, `no layer is called \`${use.layer}\``);
    const builder = context.builder.at({ kind: "source", path: use.path, span: use.span });
    values.set(use.path, layer.lower(builder, use, use.inputs.map(valueNamed), context));
  }
  return Object.fromEntries(network.results.map((result) => [result.name, valueNamed(result.value)]));
}

/** A network of one input and one result: the heads and the trunk. */
export function lowerSequence(context: LowerContext, network: Network, input: Value): Value {
  const results = lowerNetwork(context, network, { [network.inputs[0]?.name ?? "input"]: input });
  const [output] = Object.values(results);
  invariant(output, "a sequence of layers has one result");
  return output;
}
