/** The report of an import in words. */
import type { WeightsReport } from "../train/weights-report.ts";

const mostShown = 12;

/** How many parameters match by which mapping, then what does not, parameter by parameter. */
export function weightsText(report: WeightsReport): string {
  const { matched, constant, missing, misshapen, unused } = report;
  const all = [matched, constant, missing, misshapen].reduce(
    (sum, part) => sum + Object.keys(part).length,
    0,
  );
  const count = Object.keys(matched).length;
  const numbers = report.numbers.toLocaleString("en-US");
  return [
    `${count} of ${all} parameters, ${numbers} numbers, from ${report.file} (${report.format}, mapping ${report.mapping}).`,
    ...listed(
      "Values that such files leave out",
      Object.entries(constant).map(([name, value]) => `${name} = ${value}`),
    ),
    ...listed(
      "Not in the file, initial values kept",
      Object.entries(missing).map(([name, tried]) =>
        tried.length ? `${name}: no ${tried.join(", ")}` : name,
      ),
    ),
    ...listed(
      "Of another shape, initial values kept",
      Object.entries(misshapen).map(
        ([name, { tensor, expected, found }]) => `${name}: ${tensor} is [${found}], expected [${expected}]`,
      ),
    ),
    ...listed("Not used", unused),
    ...assumed(report),
  ].join("\n");
}

function listed(title: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  const more = lines.length - mostShown;
  return [
    `${title} (${lines.length}):`,
    ...lines.slice(0, mostShown).map((line) => `  ${line}`),
    ...(more > 0 ? [`  ... and ${more} more; \`--json\` lists all of them`] : []),
  ];
}

const unknown = {
  input: "how pixels became numbers",
  epsilon: "the epsilon of normalization",
  categories: "the names of the classes",
} as const;

/** What no tensor says and nothing else does either. */
const assumed = ({ unsaid }: WeightsReport): readonly string[] =>
  unsaid.length > 0
    ? [`The weights do not say ${unsaid.map((key) => unknown[key]).join(", nor ")}; the config's hold.`]
    : [];
