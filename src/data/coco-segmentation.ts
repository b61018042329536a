/** The `segmentation` of a COCO annotation: polygons, run lengths as a list, or run lengths as a string. */

import { dataCodes } from "../diagnostics/codes/data.ts";
import { diagnose } from "../diagnostics/codes.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import { checkPolygons } from "./check-objects.ts";
import type { Segmentation } from "./dataset.ts";
import { describeJson, type JsonPlace } from "./json-reader.ts";
import { parseRunString } from "./run-string.ts";

interface Size {
  readonly height: number;
  readonly width: number;
}

/** No value and no diagnostic where there is no outline (absent, `null` or an empty list). */
export function readSegmentation({ value, place }: JsonPlace, image: Size): Result<Segmentation> {
  const bad = (reason: string, expected: string): Result<Segmentation> => ({
    diagnostics: [diagnose(dataCodes, "data/bad-segmentation", { place, reason, expected })],
  });
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0))
    return { diagnostics: [] };
  if (Array.isArray(value)) {
    const index = value.findIndex((polygon: unknown) => !isPolygon(polygon));
    if (index < 0) {
      const outside = checkPolygons(value as number[][], image, place);
      return outside.length > 0
        ? { diagnostics: outside }
        : { value: { kind: "polygons", polygons: value as number[][] }, diagnostics: [] };
    }
    return bad(`polygon ${index} is ${describeJson(value[index])}`, "`x, y` pairs of three corners or more");
  }
  if (typeof value !== "object") return bad(`it is ${describeJson(value)}`, "polygons or run lengths");
  return readRuns(value as Record<string, unknown>, image, bad);
}

const isNumber = (value: unknown): value is number => Number.isFinite(value);

const isPolygon = (value: unknown): boolean =>
  Array.isArray(value) && value.length >= 6 && value.length % 2 === 0 && value.every(isNumber);

function readRuns(
  { size, counts }: Record<string, unknown>,
  { height, width }: Size,
  bad: (reason: string, expected: string) => Result<Segmentation>,
): Result<Segmentation> {
  if (!Array.isArray(size) || size.length !== 2 || size[0] !== height || size[1] !== width) {
    return bad(
      `its \`size\` is ${describeJson(size)}`,
      `the image's \`[${height},${width}]\` (height, width)`,
    );
  }
  const lengths = typeof counts === "string" ? parseRunString(counts) : counts;
  const isCount = (count: unknown) => Number.isSafeInteger(count) && (count as number) >= 0;
  if (!Array.isArray(lengths) || !lengths.every(isCount)) {
    return bad(
      `its \`counts\` are ${describeJson(counts)}`,
      "a list of run lengths or a string that COCO's tools wrote",
    );
  }
  const total = (lengths as number[]).reduce((sum, count) => sum + count, 0);
  if (total === height * width)
    return { value: { kind: "runs", height, width, counts: lengths }, diagnostics: [] };
  return bad(`its \`counts\` add up to ${total}`, `${height * width}, the pixels of the image`);
}
