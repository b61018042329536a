/** Pictures show what they are given: checked by their pixels. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import sharp from "sharp";
import { expect, test } from "vitest";
import type { Detection } from "../../src/data/dataset.ts";
import { lossPlotSvg, smoothed } from "../../src/report/loss-plot.ts";
import { maskOutline } from "../../src/report/mask-outline.ts";
import { openLettering } from "../../src/report/outlined-text.ts";
import { drawOverlay } from "../../src/report/overlay.ts";
import { overlap, placeLabels } from "../../src/report/place-labels.ts";
import { createOverlayWriter, createPictureNames, writeLossPlot } from "../../src/report/write-overlays.ts";
import { encodeRuns } from "../support/encode-runs.ts";

const grey = { width: 128, height: 96, data: new Uint8Array(128 * 96 * 3).fill(60) };

function disc(width: number, height: number, x: number, y: number, radius: number): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, index) =>
    Math.hypot((index % width) - x, Math.floor(index / width) - y) <= radius ? 1 : 0,
  );
}

const detection: Detection = {
  box: [40, 30, 81, 71],
  score: 0.987,
  category: 0,
  mask: encodeRuns({ width: 128, height: 96, data: disc(128, 96, 60, 50, 20) }),
};

const { mask: _, ...boxOnly } = detection;

async function pixels(png: Buffer) {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => [
    ...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3),
  ];
  return { ...info, at };
}

const colourful = (rgb: number[]) => Math.max(...rgb) - Math.min(...rgb) > 20;

test("a small image is enlarged by a whole factor", async () => {
  const { width, height } = await pixels(await drawOverlay(grey, [], []));
  expect([width, height]).toEqual([768, 576]);
});

test("a large image keeps its size", async () => {
  const large = { width: 1000, height: 10, data: new Uint8Array(30_000) };
  const { width, height } = await pixels(await drawOverlay(large, [], []));
  expect([width, height]).toEqual([1000, 10]);
});

test("the mask is tinted inside, the picture is as it was outside", async () => {
  const { at } = await pixels(await drawOverlay(grey, [detection], [{ name: "nucleus" }]));
  expect(colourful(at(60 * 6, 50 * 6))).toBe(true);
  expect(at(42 * 6, 68 * 6)).toEqual([60, 60, 60]);
  expect(at(100 * 6, 80 * 6)).toEqual([60, 60, 60]);
});

test("the box is drawn at its place", async () => {
  const { at } = await pixels(await drawOverlay(grey, [boxOnly], [{ name: "nucleus" }]));
  expect(colourful(at(40 * 6, 60 * 6))).toBe(true);
  expect(colourful(at(81 * 6, 60 * 6))).toBe(true);
  expect(colourful(at(60 * 6, 71 * 6))).toBe(true);
  expect(at(60 * 6, 50 * 6)).toEqual([60, 60, 60]);
});

test("two objects have two colours", async () => {
  const other = { ...boxOnly, box: [5, 30, 35, 71] as const };
  const { at } = await pixels(await drawOverlay(grey, [boxOnly, other], []));
  expect(at(5 * 6, 60 * 6)).not.toEqual(at(81 * 6, 60 * 6));
});

test("the outline of a disc closes around it, and an empty mask has none", () => {
  const path = maskOutline(detection.mask!, 1);
  const points = path
    .slice(1, -1)
    .split("L")
    .map((point) => point.split(",").map(Number));
  for (const [x, y] of points) expect(Math.hypot(x! - 60.5, y! - 50.5)).toBeCloseTo(20.5, -0.3);
  expect(maskOutline({ width: 4, height: 4, counts: [16] }, 1)).toBe("");
});

test("a lone pixel at the corner of the image has an outline", () => {
  expect(maskOutline({ width: 2, height: 2, counts: [0, 1, 3] }, 1)).toMatch(/^M.*Z$/);
});

test("labels stay inside the picture", () => {
  const box = fc.record({
    x: fc.double({ min: -20, max: 120, noNaN: true }),
    y: fc.double({ min: -20, max: 120, noNaN: true }),
    width: fc.double({ min: 0, max: 80, noNaN: true }),
    height: fc.double({ min: 0, max: 80, noNaN: true }),
  });
  const requests = fc.array(fc.record({ box, width: fc.constant(30), height: fc.constant(10) }), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(requests, (list) => {
      for (const { x, y, width, height } of placeLabels(list, { width: 100, height: 100 })) {
        expect(Math.min(x, y, 100 - x - width, 100 - y - height)).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});

test("labels of two objects at one place do not cover each other", () => {
  const request = { box: { x: 30, y: 30, width: 20, height: 20 }, width: 30, height: 10 };
  const [first, second] = placeLabels([request, request], { width: 100, height: 100 });
  expect(overlap(first!, second!)).toBe(0);
});

test("letters are outlines, and wider text is wider", () => {
  const lettering = openLettering("bold");
  expect(lettering.width("nucleus 0.99", 12)).toBeGreaterThan(lettering.width("nucleus", 12));
  expect(lettering.path("é", 0, 10, 12)).toMatch(/^M/);
});

const rows = Array.from({ length: 50 }, (_, index) => ({
  step: index + 1,
  losses: { objectness: 1 / (index + 1), mask: 0.5 },
  total: 0.5 + 1 / (index + 1),
  rate: 0.01,
  seconds: 0.1,
}));

test("the loss plot has a smooth and a raw curve for each term and the total", () => {
  expect(lossPlotSvg(rows).match(/stroke-opacity="0.18"/g)).toHaveLength(3);
});

test("the loss plot of one row, of none, and of a loss that is no number has only finite coordinates", () => {
  const broken = [
    ...rows.slice(0, 3),
    { ...rows[3]!, total: Number.NaN, losses: { mask: Number.POSITIVE_INFINITY } },
  ];
  for (const some of [[], rows.slice(0, 1), broken]) {
    const paths = [...lossPlotSvg(some).matchAll(/ d="([^"]*)"/g)].map(([, path]) => path);
    expect(paths.join(" ")).not.toMatch(/NaN|Infinity|undefined/);
  }
});

test("smoothing keeps a constant and stays within the values", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 9, noNaN: true }), { minLength: 1 }), (values) => {
      for (const value of smoothed(values)) {
        expect(value).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
        expect(value).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
      }
    }),
  );
});

test("images of the same name in two folders get two pictures", () => {
  expect(["a/x.png", "b/x.jpg", "x-2.png"].map(createPictureNames())).toEqual([
    "x.png",
    "x-2.png",
    "x-2-2.png",
  ]);
});

test("pictures are written as PNG under the names of their images", async () => {
  const folder = await mkdtemp(join(tmpdir(), "rcnn-report-"));
  try {
    const categories = [{ id: 1, name: "nucleus" }];
    const prediction = { id: 1, fileName: "some/tile.jpg", image: grey, detections: [detection], categories };
    expect([
      await createOverlayWriter(folder)(prediction),
      await writeLossPlot(rows, join(folder, "loss.png")),
    ]).toEqual([join(folder, "tile.png"), join(folder, "loss.png")]);
    expect((await readdir(folder)).sort()).toEqual(["loss.png", "tile.png"]);
    expect((await sharp(join(folder, "loss.png")).metadata()).format).toBe("png");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
