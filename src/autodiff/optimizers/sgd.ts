/** Stochastic gradient descent with momentum, weight decay and clipping, as PyTorch's. */
import { sizeOf } from "../../ir/tensor-type.ts";
import type { Graph, GraphParameter, Value } from "../../ir/types.ts";
import { type Builder, createBuilder } from "../../ops/builder.ts";
import { invariant } from "../../support/invariant.ts";

export interface SgdOptions {
  readonly momentum: number;
  readonly weightDecay: number;
  /** The largest norm of all gradients together; `null` leaves them as they are. */
  readonly clip: number | null;
  /** Steps by gradient + momentum * slot, as torch's `nesterov`; false unless given. */
  readonly nesterov?: boolean;
  /** Factors of rate and decay by the name of a weight; 1 unless given. */
  readonly factors?: (weight: string) => { readonly rate: number; readonly decay: number };
}

/**
 * Adds the update of every weight that has a gradient: input `learningRate`, one slot `<weight>.momentum` each, and an
 * output `gradientNorm` (before clipping). Clipping is that of `torch.nn.utils.clip_grad_norm_`; decay comes after it.
 */
export function sgd(graph: Graph, gradients: ReadonlyMap<string, Value>, options: SgdOptions): Graph {
  const builder = createBuilder(graph.name, graph);
  const made = builder.at({ kind: "made", by: "sgd" });
  const rate = builder.input("learningRate", { dtype: "f32", shape: [] }, "Step size of this step.");
  const norm = normOf(made, [...gradients.values()]);
  const shrink =
    options.clip === null
      ? undefined
      : made.minimum(made.div(made.constant([options.clip], "f32", []), made.add(norm, 1e-6)), 1);
  const weights = new Map(graph.parameters.map((parameter) => [parameter.name, parameter]));
  for (const [name, gradient] of gradients) {
    const weight = weights.get(name);
    invariant(weight, `A gradient of ${name}, which is no parameter of ${graph.name}.`);
    const view = builder.at({ kind: "made", by: "sgd", from: weight.origin });
    const clipped = shrink ? view.mul(gradient, shrink) : gradient;
    updateWeight(view, weight, clipped, rate, options);
  }
  builder.output("gradientNorm", norm, "Euclidean norm of all gradients together, before clipping.");
  return builder.build();
}

function normOf(b: Builder, gradients: readonly Value[]): Value {
  invariant(gradients.length > 0, "There is no gradient to descend along.");
  const squares = gradients.map((gradient) => {
    const flat = b.reshape(gradient, { shape: [sizeOf(gradient.type.shape)] });
    return b.sum(b.square(flat), { axes: [0], keepDims: false });
  });
  return b.sqrt(squares.reduce((sum, square) => b.add(sum, square)));
}

function updateWeight(
  b: Builder,
  weight: GraphParameter,
  gradient: Value,
  rate: Value,
  { momentum, weightDecay, nesterov, factors }: SgdOptions,
): void {
  const { name, value } = weight;
  const own = factors?.(name) ?? { rate: 1, decay: 1 };
  const slotName = `${name}.momentum`;
  const slot = b.parameter(slotName, "slot", value.type.shape, { kind: "constant", value: 0 });
  const decay = weightDecay * own.decay;
  const decayed = decay === 0 ? gradient : b.add(gradient, b.mul(value, decay));
  const ownRate = own.rate === 1 ? rate : b.mul(rate, own.rate);
  const [newValue, newSlot] = nesterov
    ? lookAhead(b, { value, slot, gradient: decayed, rate: ownRate, momentum })
    : b.applyMomentum(value, slot, decayed, ownRate, { momentum });
  b.update(name, newValue);
  b.update(slotName, newSlot);
}

interface Step {
  readonly value: Value;
  readonly slot: Value;
  readonly gradient: Value;
  readonly rate: Value;
  readonly momentum: number;
}

/** slot' = momentum slot + gradient, value' = value - rate (gradient + momentum slot') (Sutskever et al. 2013). */
function lookAhead(b: Builder, { value, slot, gradient, rate, momentum }: Step): [Value, Value] {
  const newSlot = b.add(b.mul(slot, momentum), gradient);
  const step = b.add(gradient, b.mul(newSlot, momentum));
  return [b.sub(value, b.mul(step, rate)), newSlot];
}
