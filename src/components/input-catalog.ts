/** Catalogue of normalizations of the image's pixels. */
import { byName, type Component } from "../check/catalog.ts";
import { type Kind, list, positiveNumber, word } from "../check/kinds.ts";

const mean = {
  kind: list({ kind: "number" } as const, 3),
  summary: "Subtracted from each channel, after `scale`.",
};
const deviation = { kind: list(positiveNumber, 3), summary: "Each channel is divided by it." };
const scale = { kind: positiveNumber, summary: "First factor of pixels from 0 to 255." };
const order = { kind: word("rgb", "bgr"), summary: "Order of the channels." };

/** `{ scale = 1  mean = [...]  deviation = [...]  order = bgr }` */
export const ownNormalization: Kind = {
  kind: "record",
  fields: { scale: scale.kind, mean: mean.kind, deviation: deviation.kind, order: order.kind },
};

export const normalizations = byName<Component>([
  {
    name: "imagenet",
    role: "normalization",
    summary: "Red, green, blue from 0 to 1, by the mean and deviation of ImageNet.",
    source: "torchvision.models.detection",
    parameters: {
      scale: { ...scale, default: 1 / 255 },
      mean: { ...mean, default: [0.485, 0.456, 0.406] },
      deviation: { ...deviation, default: [0.229, 0.224, 0.225] },
      order: { ...order, default: "rgb" },
    },
  },
  {
    name: "caffe",
    role: "normalization",
    summary: "Blue, green, red from 0 to 255 minus the mean of ImageNet.",
    source: "py-faster-rcnn, lib/fast_rcnn/config.py",
    parameters: {
      scale: { ...scale, default: 1 },
      mean: { ...mean, default: [102.9801, 115.9465, 122.7717] },
      deviation: { ...deviation, default: [1, 1, 1] },
      order: { ...order, default: "bgr" },
    },
  },
  {
    name: "caffeRgb",
    role: "normalization",
    summary: "Red, green, blue from 0 to 255 minus the mean of ImageNet.",
    source: "matterport/Mask_RCNN, config.py, MEAN_PIXEL",
    parameters: {
      scale: { ...scale, default: 1 },
      mean: { ...mean, default: [123.7, 116.8, 103.9] },
      deviation: { ...deviation, default: [1, 1, 1] },
      order: { ...order, default: "rgb" },
    },
  },
]);
