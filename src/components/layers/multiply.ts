/** Product of feature maps, of which all but the first may hold a single number for each channel. */
import type { FeatureShape } from "../../model/model.ts";
import { sameShape, showShape } from "../../model/shapes.ts";
import type { Layer } from "../layer.ts";

/** One number for each channel of `map`. */
const isFactor = (shape: FeatureShape, map: FeatureShape): boolean =>
  map.kind !== "vector" &&
  shape.kind === "region" &&
  shape.height === 1 &&
  shape.width === 1 &&
  shape.channels === map.channels;

export const multiply: Layer = {
  name: "multiply",
  role: "layer",
  summary:
    "Element by element product of feature maps: `[map, factors] -> multiply`. Each has the shape of the first, or one cell that scales its channels.",
  source: "Hu et al. 2018, equation 4",
  parametric: false,
  parameters: {},
  derive([map, ...others]) {
    const wrong = others.find((other) => !sameShape(map!, other) && !isFactor(other, map!));
    return wrong
      ? { problem: `the first map is ${showShape(map!)}, another ${showShape(wrong)}` }
      : { shape: map! };
  },
  lower: (b, _use, [map, ...others]) => others.reduce((product, value) => b.mul(product, value), map!),
};
