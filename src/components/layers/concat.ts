/** Feature maps side by side. */
import type { FeatureShape } from "../../model/model.ts";
import { sameShape, showShape } from "../../model/shapes.ts";
import type { Layer } from "../layer.ts";

const withChannels = (shape: FeatureShape, channels: number): FeatureShape => ({ ...shape, channels });

export const concat: Layer = {
  name: "concat",
  role: "layer",
  summary: "The channels of several feature maps behind one another: `[a, b] -> concat`.",
  source: "Szegedy et al. 2015",
  parametric: false,
  parameters: {},
  derive(inputs) {
    const [first, ...rest] = inputs;
    const other = rest.find((shape) => !sameShape(withChannels(shape, first!.channels), first!));
    if (other) return { problem: `one map is ${showShape(first!)}, another ${showShape(other)}` };
    return {
      shape: withChannels(
        first!,
        inputs.reduce((sum, { channels }) => sum + channels, 0),
      ),
    };
  },
  lower: (b, _use, inputs) =>
    inputs.length === 1 ? inputs[0]! : b.concat(inputs, { axis: inputs[0]!.type.shape.length - 1 }),
};
