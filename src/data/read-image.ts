/** Image files as pixels: the only place that knows the image library. */
import { access } from "node:fs/promises";
import sharp from "sharp";
import { dataCodes } from "../diagnostics/codes/data.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";

/** RGB, 8 bits, rows first: `[height, width, 3]`. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Colour profiles are not applied: pixels are the numbers in the file, as other training code reads them. */
const OPEN = { ignoreIcc: true, failOn: "error" } as const;

/** Pictures of pixels. The library also draws formats that have none, such as SVG. AVIF goes by the name of its container. */
const FORMATS: ReadonlySet<string> = new Set(["png", "jpeg", "webp", "gif", "tiff", "heif"]);

/**
 * The pixels as they are stored: EXIF orientation is not applied, because annotations refer to stored pixels.
 * Grey becomes RGB; alpha is dropped. Errors: `data/missing-file`, `data/unreadable-image`.
 */
export async function readImage(path: string): Promise<Result<RgbImage>> {
  try {
    const file = sharp(path, OPEN);
    const { format } = await file.metadata();
    if (!FORMATS.has(format)) return { diagnostics: [foreign(path, format)] };
    const { data, info } = await file
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    return { value: { width, height, data: toRgb(data, width * height, channels) }, diagnostics: [] };
  } catch (error) {
    return { diagnostics: [await whyUnreadable(path, error)] };
  }
}

/** Width and height in pixels, from the head of the file. Errors as `readImage`. */
export async function readImageSize(path: string): Promise<Result<{ width: number; height: number }>> {
  try {
    const { width, height, format } = await sharp(path, OPEN).metadata();
    if (!FORMATS.has(format)) return { diagnostics: [foreign(path, format)] };
    return { value: { width, height }, diagnostics: [] };
  } catch (error) {
    return { diagnostics: [await whyUnreadable(path, error)] };
  }
}

function toRgb(data: Uint8Array, pixels: number, channels: number): Uint8Array {
  if (channels === 3) return data;
  const rgb = new Uint8Array(pixels * 3);
  const [green, blue] = channels >= 3 ? [1, 2] : [0, 0];
  for (let pixel = 0; pixel < pixels; pixel++) {
    rgb[pixel * 3] = data[pixel * channels]!;
    rgb[pixel * 3 + 1] = data[pixel * channels + green]!;
    rgb[pixel * 3 + 2] = data[pixel * channels + blue]!;
  }
  return rgb;
}

const foreign = (path: string, format: string): Diagnostic =>
  diagnose(dataCodes, "data/unreadable-image", { path, reason: `it is of the format ${format}` });

async function whyUnreadable(path: string, error: unknown): Promise<Diagnostic> {
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (!exists) return diagnose(dataCodes, "data/missing-file", { path, expected: "an image" });
  const reason = (error instanceof Error ? error.message : String(error))
    .split("\n")[0]!
    .replace(/[.: ]+$/, "")
    .replace(/^Unknown error$/, "it is damaged");
  return diagnose(dataCodes, "data/unreadable-image", { path, reason });
}
