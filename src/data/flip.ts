/** Horizontal flips of images. */
import type { RgbImage } from "./read-image.ts";

export function flipImage({ width, height, data }: RgbImage): RgbImage {
  const flipped = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + width - 1 - x) * 3;
      const to = (y * width + x) * 3;
      flipped[to] = data[from]!;
      flipped[to + 1] = data[from + 1]!;
      flipped[to + 2] = data[from + 2]!;
    }
  }
  return { width, height, data: flipped };
}
