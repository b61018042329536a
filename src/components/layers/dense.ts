/** Fully connected layer. */
import { positiveInteger } from "../../check/kinds.ts";
import type { Initializer } from "../../model/model.ts";
import { showShape } from "../../model/shapes.ts";
import type { Layer } from "../layer.ts";
import { bias, biasInitializer, initializer } from "./parameters.ts";

export const dense: Layer = {
  name: "dense",
  role: "layer",
  summary: "Fully connected layer with weights `[in, out]`.",
  source: "torch.nn.Linear",
  arity: 1,
  parametric: true,
  parameters: {
    units: { kind: positiveInteger, summary: "Length of the output vector." },
    bias,
    initializer,
    biasInitializer,
  },
  derive: ([input], attributes) =>
    input!.kind === "vector"
      ? { shape: { kind: "vector", channels: attributes.units as number } }
      : { problem: `it takes a vector, but gets ${showShape(input!)}; put \`flatten\` before it` },
  lower(b, use, [x], context) {
    const fans = { in: use.inputShapes[0]!.channels, out: use.output.channels };
    const weights = context.parameter(
      `${use.path}.weights`,
      "weight",
      [fans.in, fans.out],
      use.attributes.initializer as unknown as Initializer,
      fans,
    );
    const y = b.matmul(x!, weights, { transposeX: false, transposeY: false });
    if (!use.attributes.bias) return y;
    return b.add(
      y,
      context.parameter(
        `${use.path}.bias`,
        "weight",
        [fans.out],
        use.attributes.biasInitializer as unknown as Initializer,
        fans,
      ),
    );
  },
};
