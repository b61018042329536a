/** Sum of feature maps, written `a + b`. */
import { sameShape, showShape } from "../../model/shapes.ts";
import type { Layer } from "../layer.ts";

export const add: Layer = {
  name: "add",
  role: "layer",
  summary: "Element by element sum of feature maps of one shape; written `a + b`.",
  source: "He et al. 2016, equation 1",
  parametric: false,
  parameters: {},
  derive(inputs) {
    const [first, ...rest] = inputs;
    const other = rest.find((shape) => !sameShape(first!, shape));
    return other
      ? { problem: `the left side is ${showShape(first!)}, the right side ${showShape(other)}` }
      : { shape: first! };
  },
  lower: (b, _use, [first, ...rest]) => rest.reduce((sum, value) => b.add(sum, value), first!),
};
