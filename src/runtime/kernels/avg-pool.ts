/** avgPool on the stock kernel, which leaves the border out of the divisor; where it counts it is put on before. */
import { opNamed } from "../../ops/index.ts";
import type { AvgPoolAttributes } from "../../ops/pool/avg-pool.ts";
import { type Kernel, loopKernel } from "./kernel.ts";

export const avgPool: Kernel = (heap, inputs, attributes, outputs) => {
  const { window, strides, padding, countBorder } = attributes as unknown as AvgPoolAttributes;
  // The stock kernel refuses windows of one pixel.
  if (window.every((side) => side === 1))
    return loopKernel(opNamed("avgPool").reference)(heap, inputs, attributes, outputs);
  const x = inputs[0]!;
  const borders = [[0, 0], ...padding, [0, 0]];
  const none = borders.map(() => [0, 0]);
  const isBordered = countBorder && padding.flat().some((pixels) => pixels > 0);
  if (!isBordered) return heap.run("AvgPool", { x }, { filterSize: window, strides, pad: borders }, outputs);
  const shape = x.shape.map((size, axis) => size + borders[axis]![0]! + borders[axis]![1]!);
  const [padded] = heap.run("PadV2", { x }, { paddings: borders, constantValue: 0 }, [
    { dtype: "f32", shape },
  ]);
  const means = heap.run("AvgPool", { x: padded! }, { filterSize: window, strides, pad: none }, outputs);
  heap.drop(padded!);
  return means;
};
