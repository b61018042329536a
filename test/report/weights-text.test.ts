/** The report of an import says how much matched by what, and each thing that did not with its reason. */
import { expect, test } from "vitest";
import { weightsText } from "../../src/report/weights-text.ts";
import type { WeightsReport } from "../../src/train/weights-report.ts";

const report: WeightsReport = {
  ...{ file: "a.pth", format: "torch (zip)", mapping: "mine", numbers: 1_234_567 },
  matched: { "b.filter": "c.weight" },
  constant: { "b.mean": 0 },
  missing: { "d.filter": ["e.weight", "f.weight"], "g.bias": [] },
  misshapen: { "h.bias": { tensor: "i.bias", expected: [2], found: [11] } },
  unused: Array.from({ length: 14 }, (_, index) => `j${index}`),
  trainedWith: {},
  unsaid: ["epsilon", "categories"],
};

test("every tensor and every parameter has its line, as far as there is room", () => {
  const lines = weightsText(report).split("\n");
  expect(lines[0]).toBe("1 of 5 parameters, 1,234,567 numbers, from a.pth (torch (zip), mapping mine).");
  expect(lines).toContain("  b.mean = 0");
  expect(lines).toContain("  d.filter: no e.weight, f.weight");
  expect(lines).toContain("  g.bias");
  expect(lines).toContain("  h.bias: i.bias is [11], expected [2]");
  expect(lines).toContain("  ... and 2 more; `--json` lists all of them");
  expect(lines.at(-1)).toBe(
    "The weights do not say the epsilon of normalization, nor the names of the classes; the config's hold.",
  );
});

test("a file that fits and says all is one line", () => {
  const nothing = { constant: {}, missing: {}, misshapen: {}, unused: [], unsaid: [] };
  expect(weightsText({ ...report, ...nothing }).split("\n")).toHaveLength(1);
});
