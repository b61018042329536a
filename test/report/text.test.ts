/** Tables, quantities and the progress line read as they should. */
import { expect, test } from "vitest";
import { apTable } from "../../src/report/ap-table.ts";
import { inspectionText } from "../../src/report/inspection.ts";
import { openProgress, progressLine } from "../../src/report/progress.ts";
import { byteSize, compact, duration } from "../../src/report/quantity.ts";
import { backendTable, predictionTable } from "../../src/report/summary.ts";

const report = (step: number) => ({
  step,
  steps: 200,
  images: 4,
  losses: { objectness: 0.25, mask: 0.5, total: 0.75 },
  total: 0.75,
  rate: 0.01,
  seconds: 0.5,
});

function recorder(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, columns: 60, written, write: (text: string) => written.push(text) };
}

test("the AP table has a row a measure, a column a kind, and a dash where there was nothing to find", () => {
  expect(apTable({ bbox: { AP: 0.5284, APl: -1 }, segm: { AP: 0.5 } })).toBe(
    ["      bbox   segm", "---  -----  -----", "AP   0.528  0.500", "APl      -      -"].join("\n"),
  );
});

test("a measured average precision of 0 is not shown as missing", () => {
  expect(apTable({ bbox: { AP: 0 } })).toContain("0.000");
});

test("the progress line has the loss terms, images a second and the time left", () => {
  expect(progressLine(report(20), 0.5)).toBe(
    "step  20/200  loss 0.750 (objectness 0.250, mask 0.500)  8.0 images/s  1 min 30 s left",
  );
});

test("a terminal's line is rewritten, never longer than the terminal is wide", () => {
  const stream = recorder(true);
  const progress = openProgress(stream);
  progress.step(report(1));
  progress.log("saved");
  progress.step(report(2));
  progress.close();
  expect(stream.written.map((text) => text[0])).toEqual(["\r", "\n", "s", "\r", "\n"]);
  for (const text of stream.written) expect(text.replace("\x1b[K", "").length).toBeLessThanOrEqual(60);
});

test("without a terminal there is a line every five seconds, and one at the end", () => {
  const stream = recorder(false);
  let seconds = 0;
  const progress = openProgress(stream, () => seconds);
  for (let step = 1; step <= 200; step++) {
    progress.step(report(step));
    seconds += 0.125;
  }
  progress.close();
  expect(stream.written.map((text) => text.slice(0, 12))).toEqual([
    "step   1/200",
    ...["step  41/200", "step  81/200", "step 121/200", "step 161/200", "step 200/200"],
  ]);
});

test.each([
  [3.21, "3.2 s"],
  [59.7, "1 min 00 s"],
  [200, "3 min 20 s"],
  [7500, "2 h 05 min"],
  [Number.POSITIVE_INFINITY, "?"],
])("%d seconds are %s", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

test("large numbers have three digits and a letter", () => {
  expect([999, 1_815_915, 2.345e9].map(compact)).toEqual(["999", "1.82 M", "2.35 G"]);
  expect([512, 1.5 * 2 ** 20, 2 ** 31].map(byteSize)).toEqual(["512 B", "1.5 MiB", "2 GiB"]);
});

test("the layer table ends with the totals", () => {
  const layers = [
    {
      path: "backbone.stem.conv",
      layer: "conv",
      shape: ["N", "H/2", 16],
      parameters: 432,
      frozen: 0,
      macs: 1.77e6,
    },
  ];
  const whole = { name: "m", parameters: 1_815_915, frozen: 0, macs: 2e9, layers, model: {} };
  const text = inspectionText(whole);
  expect(text).toContain("backbone.stem.conv  conv   [N, H/2, 16]         432  1.77 M");
  expect(text).toMatch(/m: 1,815,915 parameters, 2 G multiply-accumulates an image\.$/);
  const kept = inspectionText({ ...whole, parameters: 1_000, frozen: 2_000 });
  expect(kept).toMatch(/m: 3,000 parameters, 2,000 of them frozen, 2 G /);
});

test("the prediction table counts the detections of each category", () => {
  const categories = [
    { id: 1, name: "cell" },
    { id: 5, name: "debris" },
    { id: 6, name: "dust" },
  ];
  const images = [{ fileName: "a.png", counts: [2, 1, 0] }];
  const lines = predictionTable({ categories, images }).split("\n");
  // What was not found has no column: eighty would not fit on a screen.
  expect([lines[0], lines.at(-1)]).toEqual(["image  cell  debris", "a.png     2       1"]);
  const one = { categories: categories.slice(0, 1), images: [{ fileName: "a.png", counts: [0] }] };
  expect(predictionTable(one)).toContain("cell");
});

test("a back end that does not run names the next thing to do", () => {
  const row = {
    backend: "native",
    runs: false,
    detail: "not installed",
    versions: {},
    next: "rcnn native install",
  } as const;
  expect(backendTable([row])).toBe("no   native     not installed\n     next: rcnn native install");
});
