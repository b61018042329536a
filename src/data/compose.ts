/** Laying drawings over pictures, and turning drawings into PNG. */
import sharp from "sharp";

/** Pixels, rows first, three bytes each: red, green, blue. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** PNG of `image` enlarged by `scale`, with `svg`, whose size is the enlarged one, on top. */
export async function composeSvg(image: RgbImage, svg: string, scale: number): Promise<Buffer> {
  const { width, height, data } = image;
  const size = { width: Math.round(width * scale), height: Math.round(height * scale) };
  const picture = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize({ ...size, fit: "fill", kernel: "cubic" })
    .png()
    .toBuffer();
  return sharp(picture)
    .composite([{ input: Buffer.from(svg) }])
    .png()
    .toBuffer();
}

/** PNG of `svg` alone. */
export const renderSvg = (svg: string): Promise<Buffer> => sharp(Buffer.from(svg)).png().toBuffer();
