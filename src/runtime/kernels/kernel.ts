/** What a kernel of our own is, and the default one: the op's reference loops, straight on the heap. */
import type { Attributes, TensorType } from "../../ir/types.ts";
import type { OpDef } from "../../ops/define.ts";
import type { Heap, Tensor } from "../heap.ts";

/** Computes new tensors of types `outputs`; it never drops or changes its inputs. */
export type Kernel = (
  heap: Heap,
  inputs: readonly Tensor[],
  attributes: Attributes,
  outputs: readonly TensorType[],
) => readonly Tensor[];

/** Plain loops from views to zeroed views, as references are. */
export type Loops = OpDef["reference"];

/** Runs `loops` on views of the heap, taken after the last tensor is made. */
export const loopKernel =
  (loops: Loops): Kernel =>
  (heap, inputs, attributes, outputs) => {
    const results = outputs.map(heap.make);
    const targets = results.map((tensor) => ({ type: tensor, data: heap.view(tensor) }));
    for (const target of targets) target.data.fill(0);
    loops(
      inputs.map((tensor) => ({ type: tensor, data: heap.view(tensor) })),
      attributes,
      targets,
    );
    return results;
  };
