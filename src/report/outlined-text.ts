/** Text as outlines of DejaVu Sans, so that a picture looks the same where no font is installed. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import opentype from "opentype.js";

export interface Lettering {
  /** In the units of `size`. */
  width(text: string, size: number): number;
  /** SVG path with its base line beginning at `(x, y)`. */
  path(text: string, x: number, y: number, size: number): string;
}

/** Reads the font; do it once a picture at most. */
export function openLettering(weight: "regular" | "bold" = "regular"): Lettering {
  const file = `@fontsource/dejavu-sans/files/dejavu-sans-latin-${weight === "bold" ? 700 : 400}-normal.woff`;
  const bytes = readFileSync(createRequire(import.meta.url).resolve(file));
  const font = opentype.parse(new Uint8Array(bytes).buffer);
  // Letter by letter: the library's own shaping stops at a table that this font has.
  const glyphsOf = (text: string) => [...text].map((letter) => font.charToGlyph(letter));
  const advance = (glyph: opentype.Glyph, size: number) =>
    ((glyph.advanceWidth ?? 0) * size) / font.unitsPerEm;
  return {
    width: (text, size) => glyphsOf(text).reduce((sum, glyph) => sum + advance(glyph, size), 0),
    path: (text, x, y, size) => {
      const parts: string[] = [];
      let at = x;
      for (const glyph of glyphsOf(text)) {
        parts.push(glyph.getPath(at, y, size).toPathData(2));
        at += advance(glyph, size);
      }
      return parts.join("");
    },
  };
}
