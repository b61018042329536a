/** Enlargement by repeating each element. */
import { positiveInteger } from "../../check/kinds.ts";
import { showShape } from "../../model/shapes.ts";
import type { Layer } from "../layer.ts";

export const upsample: Layer = {
  name: "upsample",
  role: "layer",
  summary: "Nearest-neighbour enlargement by a whole factor.",
  source: "Lin et al. 2017, section 3",
  arity: 1,
  parametric: false,
  parameters: { factor: { kind: positiveInteger, summary: "Factor of height and width." } },
  derive([input], attributes) {
    const factor = attributes.factor as number;
    if (input!.kind === "vector")
      return { problem: `it enlarges height and width, which ${showShape(input!)} does not have` };
    if (input!.kind === "region")
      return { shape: { ...input!, height: input!.height * factor, width: input!.width * factor } };
    if (input!.stride % factor !== 0)
      return { problem: `stride ${input!.stride} of ${showShape(input!)} cannot be divided by ${factor}` };
    return { shape: { ...input!, stride: input!.stride / factor } };
  },
  lower: (b, use, [x]) => b.upsampleNearest(x!, { factor: use.attributes.factor as number }),
};
