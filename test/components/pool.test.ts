/** Features of regions: what each RoI op of the language makes of a map whose values tell their places. */
import { expect, test } from "vitest";
import { createContext } from "../../src/components/context.ts";
import { poolRegions } from "../../src/components/pool.ts";
import { createBuilder } from "../../src/ops/builder.ts";
import { interpret } from "../../src/ops/interpret.ts";
import { extended } from "../model/model-of.ts";

const bucket = { batch: 1, height: 64, width: 64, objects: 1, pixels: 1 };
const side = { p2: 16, p3: 8, p4: 4 };

/** One region `[8, 12, 24, 36]` of p2, stride 4, whose cell (y, x) holds 100 y + x. */
async function pooled(pool: string, more = ""): Promise<number[]> {
  const { model } = await extended(`${more} regions { pool = ${pool} }`);
  const builder = createBuilder("pool");
  const context = createContext(model!, builder, bucket, true);
  const levels = Object.values(side).map((size) =>
    builder.constant(
      Array.from({ length: size * size }, (_, i) => 100 * Math.floor(i / size) + (i % size)),
      "f32",
      [1, size, size, 1],
    ),
  );
  const boxes = builder.constant([8, 12, 24, 36], "f32", [1, 1, 4]);
  const valid = builder.constant([1], "bool", [1, 1]);
  const features = poolRegions(context, "regions.pool", model!.regions.pool, levels, { boxes, valid });
  builder.output("features", features, "features");
  return [...interpret(builder.build(), {}).outputs.features!.data];
}

/** Points of bins over `from..from + length` in cells: `[bin][point]`. */
const points = (from: number, length: number, bins: number, sampling: number): number[][] =>
  Array.from({ length: bins }, (_, bin) =>
    Array.from({ length: sampling }, (_, i) => from + (length * (bin + (i + 0.5) / sampling)) / bins),
  );

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const last = (values: readonly number[]) => values.at(-1)!;

/** The map is linear and rises along both axes: means are at the middle of the points, maxima at the last. */
const expected = (rows: number[][], columns: number[][], reduce: (values: readonly number[]) => number) =>
  rows.flatMap((y) => columns.map((x) => 100 * reduce(y) + reduce(x)));

const close = (found: readonly number[], wanted: readonly number[]) => {
  expect(found).toHaveLength(wanted.length);
  found.forEach((value, index) => {
    expect(value, `bin ${index}`).toBeCloseTo(wanted[index]!, 3);
  });
};

test("roiAlign samples the region without rounding, by mean or maximum", async () => {
  const [rows, columns] = [points(3, 6, 2, 2), points(2, 4, 2, 2)];
  close(await pooled("roiAlign(2x2)"), expected(rows, columns, mean));
  close(await pooled("roiAlign(2x2, reduce = max)"), expected(rows, columns, last));
  close(
    await pooled("roiAlign(2x2, aligned = true)"),
    expected(points(2.5, 6, 2, 2), points(1.5, 4, 2, 2), mean),
  );
  close(
    await pooled("roiAlign(2x1, sampling = adaptive)"),
    expected(points(3, 6, 2, 3), points(2, 4, 1, 4), mean),
  );
});

test("roiWarp samples the whole cells that roiPool takes", async () => {
  const [rows, columns] = [points(2.5, 7, 2, 2), points(1.5, 5, 2, 2)];
  close(await pooled("roiWarp(2x2)"), expected(rows, columns, mean));
  close(await pooled("roiWarp(2x2, reduce = max)"), expected(rows, columns, last));
  close(await pooled("roiPool(1x1)"), [906]);
});

test("roiCrop samples the corners", async () => {
  close(await pooled("roiCrop(2x3)"), [302, 304, 306, 902, 904, 906]);
});

test("bins of context show what is around the region, and the others what was inside", async () => {
  const inside = await pooled("roiAlign(2x2)");
  const wide = await pooled("roiAlign(4x2, context = 1x0)");
  close(wide.slice(2, -2), inside);
  close([wide[0]!, wide.at(-1)!], [inside[0]! - 300, inside.at(-1)! + 300]);
  // Region 2..6 by 3..9 in cells: with a point more on each side, 2 and 3 cells further.
  const crop = await pooled("roiCrop(5x4, context = 1)");
  const wanted = [0, 3, 6, 9, 12].flatMap((y) => [-2, 2, 6, 10].map((x) => (x < 0 ? 0 : 100 * y + x)));
  crop.forEach((value, index) => {
    expect(Math.abs(value - wanted[index]!), `point ${index}`).toBeLessThan(0.3);
  });
  close(
    await pooled("roiWarp(4x2, context = 1x0)"),
    expected(points(-0.5, 13, 4, 2), points(1.5, 5, 2, 2), mean),
  );
});

test("with inclusive boxes the last pixel is the end that RoI ops see", async () => {
  close(await pooled("roiCrop(2x2)", "boxWidth = inclusive"), [302, 305.75, 877, 880.75]);
});
