/** Feature maps in another size. */
import type { ParameterDef } from "../../check/catalog.ts";
import { boolean, either, none, positiveInteger, size, word } from "../../check/kinds.ts";
import type { Value } from "../../ir/types.ts";
import type { Attributes, Derived } from "../../model/layer.ts";
import type { FeatureShape } from "../../model/model.ts";
import { showShape } from "../../model/shapes.ts";
import type { Builder } from "../../ops/builder.ts";
import type { Layer } from "../layer.ts";
import { type Pair, pair } from "./windows.ts";

const method: ParameterDef = {
  kind: word("nearest", "bilinear"),
  default: "bilinear",
  summary: "Whether a pixel is that of its place, or the mean of four, weighted by distance.",
};
const alignCorners: ParameterDef = {
  kind: boolean,
  default: false,
  summary: "Whether the corner pixels' centres stay in place (true), or their outer edges do (false).",
};

/** What does not fit together, in words. */
function conflict(input: FeatureShape, attributes: Attributes): string | undefined {
  if (input.kind === "vector") return `it changes height and width, which ${showShape(input)} does not have`;
  if (attributes.alignCorners && attributes.method !== "bilinear")
    return "`alignCorners` needs `method = bilinear`";
  return undefined;
}

/** Absent where the text gives none. */
const sizeGiven = (attributes: Attributes): Pair | undefined =>
  attributes.size === null ? undefined : pair(attributes.size);

function derive(input: FeatureShape, attributes: Attributes): Derived {
  const wanted = sizeGiven(attributes);
  const factor = attributes.factor as number;
  const problem = conflict(input, attributes);
  if (problem || input.kind === "vector") return { problem: problem! };
  const { channels } = input;
  if (wanted) return { shape: { kind: "region", channels, height: wanted[0], width: wanted[1] } };
  if (input.kind === "region")
    return { shape: { ...input, height: input.height * factor, width: input.width * factor } };
  if (input.stride % factor !== 0)
    return { problem: `stride ${input.stride} of ${showShape(input)} cannot be divided by ${factor}` };
  return { shape: { ...input, stride: input.stride / factor } };
}

export const resize: Layer = {
  name: "resize",
  role: "layer",
  summary:
    "Feature maps enlarged by a whole factor, or in a size of their own, which no longer follows the image; nearest or bilinear.",
  source: "torch.nn.functional.interpolate",
  arity: 1,
  parametric: false,
  parameters: {
    factor: {
      kind: positiveInteger,
      default: 2,
      summary: "Factor of height and width; void where `size` is given.",
    },
    method,
    size: {
      kind: either(size, none),
      default: null,
      summary: "Height and width of the output; of a map of the image, its padding is shrunk with it.",
    },
    alignCorners,
  },
  derive: ([input], attributes) => derive(input!, attributes),
  lower(b, { attributes }, [x]) {
    const [, height, width] = x!.type.shape as readonly [number, number, number, number];
    const factor = attributes.factor as number;
    return resized(b, x!, sizeGiven(attributes) ?? [height * factor, width * factor], attributes);
  },
};

const resized = (b: Builder, x: Value, size: Pair, { method, alignCorners }: Attributes): Value =>
  b.resize(x, {
    size,
    method: method as "nearest" | "bilinear",
    alignCorners: alignCorners as boolean,
  });

export const resizeLike: Layer = {
  name: "resizeLike",
  role: "layer",
  summary:
    "A feature map in the height and width of another: `[map, other] -> resizeLike`; nearest or bilinear.",
  source: "Zhao et al. 2017, section 3.2; torch.nn.functional.interpolate with `size = other.shape`",
  parametric: false,
  parameters: { method, alignCorners },
  derive(inputs, attributes) {
    if (inputs.length !== 2) return { problem: `it takes two maps, not ${inputs.length}` };
    const [map, other] = inputs as readonly [FeatureShape, FeatureShape];
    const problem = conflict(map, attributes);
    if (problem) return { problem };
    return other.kind === "vector"
      ? { problem: `the second is ${showShape(other)}, which has no height and width` }
      : { shape: { ...other, channels: map.channels } };
  },
  lower(b, { attributes }, [x, other]) {
    const [, height, width] = other!.type.shape as readonly [number, number, number, number];
    return resized(b, x!, [height, width], attributes);
  },
};
