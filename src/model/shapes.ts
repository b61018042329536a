/** How feature shapes print and compare. */
import type { FeatureShape } from "./model.ts";

const side = (letter: string, stride: number): string => (stride === 1 ? letter : `${letter}/${stride}`);

/** `[H/4, W/4, 64]` for a map of the image, `[7, 7, 64]` for a region, `[256]` for a vector; the batch is left out. */
export function showShape(shape: FeatureShape): string {
  switch (shape.kind) {
    case "image":
      return `[${side("H", shape.stride)}, ${side("W", shape.stride)}, ${shape.channels}]`;
    case "region":
      return `[${shape.height}, ${shape.width}, ${shape.channels}]`;
    case "vector":
      return `[${shape.channels}]`;
  }
}

export const sameShape = (a: FeatureShape, b: FeatureShape): boolean =>
  a.kind === b.kind && showShape(a) === showShape(b);
