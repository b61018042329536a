/** The loss terms over the steps of a run, as one chart. */
import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import { renderSvg } from "../data/compose.ts";
import type { MetricsRow } from "../train/metrics.ts";
import { type Lettering, openLettering } from "./outlined-text.ts";
import { curveColours } from "./palette.ts";

const size = { width: 960, height: 540 };
const margin = { left: 64, right: 190, top: 48, bottom: 56 };
const grey = "#555555";

interface Curve {
  readonly name: string;
  readonly colour: string;
  readonly raw: readonly number[];
  readonly smooth: readonly number[];
}

/** SVG of the chart; the total is black, the terms coloured, each smoothed, with the raw total faint behind. */
export function lossPlotSvg(rows: readonly MetricsRow[], title = "Training loss"): string {
  const steps = rows.map(({ step }) => step);
  const curves = curvesOf(rows);
  const bottom = size.height - margin.bottom;
  const x = scaleLinear(
    [Math.min(0, ...steps), Math.max(1, ...steps)],
    [margin.left, size.width - margin.right],
  );
  const top = Math.max(...curves.map(({ smooth }) => Math.max(...smooth.filter(Number.isFinite), 0)), 1e-6);
  const y = scaleLinear([0, top * 1.08], [bottom, margin.top]).nice();
  const lettering = openLettering();
  const path = (values: readonly number[]) =>
    line<number>(
      (_, index) => x(steps[index]!),
      (value) => Math.max(y(value), margin.top),
    ).defined(Number.isFinite)([...values]) ?? "";
  const drawn = curves.map(({ name, colour, raw, smooth }) => {
    const faint = `<path d="${path(raw)}" fill="none" stroke="${colour}" stroke-opacity="0.18"/>`;
    const main = `<path d="${path(smooth)}" fill="none" stroke="${colour}" stroke-width="${name === "total" ? 2.4 : 1.8}"/>`;
    return faint + main;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    letters(lettering, title, margin.left, 28, 18, "#111111"),
    ...y.ticks(6).map((tick) => gridLine(lettering, y(tick), y.tickFormat(6)(tick))),
    ...x.ticks(8).map((tick) => stepTick(lettering, x(tick), bottom, x.tickFormat(8)(tick))),
    letters(
      lettering,
      "step",
      (margin.left + size.width - margin.right) / 2,
      size.height - 12,
      13,
      grey,
      "middle",
    ),
    ...drawn,
    ...legend(lettering, curves),
    "</svg>",
  ].join("\n");
}

/** PNG of the chart. */
export const drawLossPlot = (rows: readonly MetricsRow[], title?: string): Promise<Buffer> =>
  renderSvg(lossPlotSvg(rows, title));

function curvesOf(rows: readonly MetricsRow[]): readonly Curve[] {
  const names = [...new Set(rows.flatMap(({ losses }) => Object.keys(losses)))].filter(
    (name) => name !== "total",
  );
  const curve = (name: string, colour: string, raw: readonly number[]): Curve => ({
    name,
    colour,
    raw,
    smooth: smoothed(raw),
  });
  const terms = names.map((name, index) =>
    curve(
      name,
      curveColours[index % curveColours.length]!,
      rows.map(({ losses }) => losses[name] ?? Number.NaN),
    ),
  );
  return [
    ...terms,
    curve(
      "total",
      "#111111",
      rows.map(({ total }) => total),
    ),
  ];
}

/**
 * Exponential mean over about a fiftieth of the run, corrected for its start (Kingma and Ba 2015, section 3).
 * Values that are no numbers leave the mean as it was.
 */
export function smoothed(values: readonly number[]): readonly number[] {
  const keep = 1 - 1 / Math.max(1, values.length / 50);
  let sum = 0;
  let weight = 0;
  return values.map((value) => {
    if (!Number.isFinite(value)) return Number.NaN;
    sum = keep * sum + (1 - keep) * value;
    weight = keep * weight + (1 - keep);
    return sum / weight;
  });
}

function letters(
  lettering: Lettering,
  text: string,
  x: number,
  y: number,
  height: number,
  colour: string,
  anchor: "start" | "middle" | "end" = "start",
): string {
  const shift = { start: 0, middle: 0.5, end: 1 }[anchor] * lettering.width(text, height);
  return `<path d="${lettering.path(text, x - shift, y, height)}" fill="${colour}"/>`;
}

function gridLine(lettering: Lettering, y: number, label: string): string {
  const right = size.width - margin.right;
  return `<path d="M${margin.left},${y}H${right}" stroke="#e2e2e2"/>${letters(lettering, label, margin.left - 10, y + 4.5, 12, grey, "end")}`;
}

function stepTick(lettering: Lettering, x: number, y: number, label: string): string {
  return `<path d="M${x},${y}v5" stroke="#999999"/>${letters(lettering, label, x, y + 20, 12, grey, "middle")}`;
}

/** Each name with the last smoothed value, the highest first. */
function legend(lettering: Lettering, curves: readonly Curve[]): readonly string[] {
  const x = size.width - margin.right + 18;
  const last = ({ smooth }: Curve) => smooth.at(-1) ?? Number.NaN;
  return [...curves]
    .sort((a, b) => last(b) - last(a))
    .map((curve, index) => {
      const y = margin.top + 14 + index * 24;
      const key = `<path d="M${x},${y - 4.5}h18" stroke="${curve.colour}" stroke-width="3"/>`;
      return key + letters(lettering, `${curve.name} ${last(curve).toFixed(3)}`, x + 26, y, 12, "#222222");
    });
}
