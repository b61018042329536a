import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { polygonToRuns } from "../../src/data/polygon.ts";
import { formatRunString, parseRunString } from "../../src/data/run-string.ts";
import { segmentationRuns } from "../../src/data/segmentation.ts";
import {
  mergeRuns,
  type RunLengths,
  runsArea,
  runsBox,
  runsIou,
} from "../../src/support/run-lengths.ts";
import { encodeRuns } from "../support/encode-runs.ts";

/** Written by test/oracles/coco_masks.py. */
const golden = JSON.parse(readFileSync(new URL("masks.golden.json", import.meta.url), "utf8"));

test("polygons cover the pixels that pycocotools fills", () => {
  for (const { height, width, polygon, counts } of golden.polygons) {
    expect(formatRunString(polygonToRuns(polygon, height, width).counts), `${polygon}`).toBe(counts);
  }
});

test("run lengths, strings, areas, boxes, merges and overlaps are those of pycocotools", () => {
  for (const each of golden.several) {
    const { height, width } = each;
    const runs: RunLengths[] = each.counts.map((text: string) => ({ height, width, counts: parseRunString(text)! }));
    const fromRows = each.rows.map((row: string) => encodeRuns({ height, width, data: Uint8Array.from(row, Number) }));
    expect(fromRows).toEqual(runs);
    expect(runs.map(({ counts }) => formatRunString(counts))).toEqual(each.counts);
    expect(runs.map(runsArea)).toEqual(each.area);
    for (const [index, box] of each.box.entries()) if (each.area[index] > 0) expect(runsBox(runs[index]!)).toEqual(box);
    expect(formatRunString(mergeRuns(runs, "union").counts)).toBe(each.union);
    expect(formatRunString(mergeRuns(runs, "intersection").counts)).toBe(each.intersection);
    expect(runs.map((a) => runs.map((b) => runsIou(a, b, false)))).toEqual(each.iou);
    expect(runs.map((a) => runs.map((b) => runsIou(a, b, true)))).toEqual(each.crowdIou);
  }
});

test("any counts survive the string", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 2 ** 24 })), (counts) => {
      expect(parseRunString(formatRunString(counts))).toEqual(counts);
    }),
  );
});

test("a string cut short or with foreign characters is no run lengths", () => {
  expect(parseRunString("P")).toBeUndefined();
  expect(parseRunString("0 ")).toBeUndefined();
  expect(parseRunString("oooooooooooooo0")).toBeUndefined();
  expect(parseRunString("0O")).toBeUndefined();
});

test("several polygons are one mask", () => {
  const polygons = [
    [0, 0, 0, 2, 2, 2, 2, 0],
    [1, 1, 1, 4, 4, 4, 4, 1],
  ];
  expect(runsArea(segmentationRuns({ kind: "polygons", polygons }, 5, 5))).toBe(4 + 9 - 1);
});
