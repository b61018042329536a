/** Feature maps in another size. */
import { boolean, either, none, positiveInteger, size, word } from "../../check/kinds.ts";
import type { Attributes, Derived } from "../../model/layer.ts";
import type { FeatureShape } from "../../model/model.ts";
import { showShape } from "../../model/shapes.ts";
import type { Layer } from "../layer.ts";
import { type Pair, pair } from "./windows.ts";

/** Absent where the text gives none. */
const sizeGiven = (attributes: Attributes): Pair | undefined =>
  attributes.size === null ? undefined : pair(attributes.size);

function derive(input: FeatureShape, attributes: Attributes): Derived {
  const wanted = sizeGiven(attributes);
  const factor = attributes.factor as number;
  if (input.kind === "vector")
    return { problem: `it changes height and width, which ${showShape(input)} does not have` };
  if (attributes.alignCorners && attributes.method !== "bilinear")
    return { problem: "`alignCorners` needs `method = bilinear`" };
  if (input.kind === "region") {
    const [height, width] = wanted ?? [input.height * factor, input.width * factor];
    return { shape: { ...input, height, width } };
  }
  if (wanted)
    return {
      problem: `\`size\` is for regions; ${showShape(input)} has the size of the image, use \`factor\``,
    };
  if (input.stride % factor !== 0)
    return { problem: `stride ${input.stride} of ${showShape(input)} cannot be divided by ${factor}` };
  return { shape: { ...input, stride: input.stride / factor } };
}

export const resize: Layer = {
  name: "resize",
  role: "layer",
  summary: "Feature maps enlarged by a whole factor, or regions in any size; nearest or bilinear.",
  source: "torch.nn.functional.interpolate",
  arity: 1,
  parametric: false,
  parameters: {
    factor: {
      kind: positiveInteger,
      default: 2,
      summary: "Factor of height and width; void where `size` is given.",
    },
    method: {
      kind: word("nearest", "bilinear"),
      default: "bilinear",
      summary: "Whether a pixel is that of its place, or the mean of four, weighted by distance.",
    },
    size: {
      kind: either(size, none),
      default: null,
      summary: "Height and width of the output; of regions only.",
    },
    alignCorners: {
      kind: boolean,
      default: false,
      summary: "Whether the corner pixels' centres stay in place (true), or their outer edges do (false).",
    },
  },
  derive: ([input], attributes) => derive(input!, attributes),
  lower(b, use, [x]) {
    const [, height, width] = x!.type.shape as readonly [number, number, number, number];
    const factor = use.attributes.factor as number;
    return b.resize(x!, {
      size: sizeGiven(use.attributes) ?? [height * factor, width * factor],
      method: use.attributes.method as "nearest" | "bilinear",
      alignCorners: use.attributes.alignCorners as boolean,
    });
  },
};
