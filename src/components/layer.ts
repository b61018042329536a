/** What a layer component is: its catalogue entry, its shape rule, and its lowering to ops. */
import type { GraphParameter, Value } from "../ir/types.ts";
import type { LayerDef } from "../model/layer.ts";
import type { Initializer, LayerUse } from "../model/model.ts";
import type { Builder } from "../ops/builder.ts";

export interface LayerContext {
  readonly training: boolean;
  /**
   * The state named `name`, the same value each time it is asked for. `fans` are the numbers of inputs that reach
   * one output and of outputs that one input reaches, as torch counts them.
   */
  readonly parameter: (
    name: string,
    role: GraphParameter["role"],
    shape: readonly number[],
    initializer: Initializer,
    fans: Fans,
  ) => Value;
}

export interface Fans {
  readonly in: number;
  readonly out: number;
}

export type LayerLowering = (
  b: Builder,
  use: LayerUse,
  inputs: readonly Value[],
  context: LayerContext,
) => Value;

export interface Layer extends LayerDef {
  readonly lower: LayerLowering;
}
