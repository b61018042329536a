/** What a layer component is: its catalogue entry, its shape rule, and its lowering to ops. */
import type { Value } from "../ir/types.ts";
import type { LayerDef } from "../model/layer.ts";
import type { LayerUse } from "../model/model.ts";
import type { Builder } from "../ops/builder.ts";
import type { LowerContext } from "./context.ts";

/** Gives `parameter`, the state of a name, the same value each time; `noise`; and what is done in training. */
export type LayerContext = Pick<
  LowerContext,
  "training" | "parameter" | "hasFixedStatistics" | "noise" | "realRows"
>;

export type LayerLowering = (
  b: Builder,
  use: LayerUse,
  inputs: readonly Value[],
  context: LayerContext,
) => Value;

export interface Layer extends LayerDef {
  readonly lower: LayerLowering;
}
