/** Pictures as JPEG files. */
import sharp from "sharp";
import type { RgbImage } from "./read-image.ts";

/** With the library's own quality, 80. */
export async function writeJpeg({ width, height, data }: RgbImage, path: string): Promise<void> {
  await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg()
    .toFile(path);
}
