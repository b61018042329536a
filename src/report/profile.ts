/** What `rcnn profile` shows: where the time of a run goes, by phase, kernel and layer. */
import { grouped } from "./quantity.ts";
import { textTable } from "./text-table.ts";

export interface Profile {
  readonly name: string;
  readonly backend: string;
  readonly function: "predict" | "train_step";
  readonly images: { readonly batch: number; readonly height: number; readonly width: number };
  /** Of each run that was not watched, and of each that was. */
  readonly seconds: { readonly plain: readonly number[]; readonly watched: readonly number[] };
  /** GFLOP/s of one plain convolution and one plain product of matrices, measured beside that run. */
  readonly attainable: { readonly convolution: number; readonly product: number };
  /** Milliseconds in which at least one kernel ran, of the middle watched run, which all the rest tells of too. */
  readonly busy: number;
  /** Of all kernels, one after another; more than `busy` where kernels ran side by side. */
  readonly total: number;
  readonly phases: readonly TimeRow[];
  readonly kernels: readonly TimeRow[];
  readonly layers: readonly TimeRow[];
  readonly work: readonly WorkRow[];
}

/** Milliseconds of a run. */
export interface TimeRow {
  readonly name: string;
  readonly milliseconds: number;
  /** Of convolutions and dense layers in it: what they multiply and add. */
  readonly macs: number;
  /** Kernels that ran. */
  readonly count: number;
  /** The time that its products would take at the attainable rates, over the time it takes. */
  readonly ofAttainable?: number;
}

/** One node of the graph, with what was fused into it. */
export interface WorkRow extends TimeRow {
  /** `forward`, `backward` or `update`. */
  readonly direction: string;
  readonly phase: string;
  readonly path: string;
  readonly kernel: string;
  /** Of the result. */
  readonly shape: readonly number[];
}

const shownLayers = 25;
const shownKernels = 15;

export function profileText(profile: Profile, most = shownLayers): string {
  const { phases, kernels, layers, total } = profile;
  const table = (rows: readonly TimeRow[], head: string) =>
    textTable(
      rows.map((row) => timeCells(row, total)),
      [head, "ms", "share", "kernels", "GFLOP/s", "of attainable"],
    );
  const rest = (all: number, shown: number) => (all > shown ? `\n... and ${all - shown} more` : "");
  return [
    heading(profile),
    table(phases, "phase"),
    `${table(kernels.slice(0, shownKernels), "kernel")}${rest(kernels.length, shownKernels)}`,
    `${table(layers.slice(0, most), "layer")}${rest(layers.length, most)}`,
  ].join("\n\n");
}

function heading({ name, backend, images, seconds, busy, total, ...profile }: Profile): string {
  const { batch, height, width } = images;
  const { convolution, product } = profile.attainable;
  const ms = (values: readonly number[]) => (1000 * middle(values)).toFixed(0);
  return (
    `${name}, ${profile.function} on ${backend}: ${batch} x ${height} x ${width}, random picture.\n` +
    `A run takes ${ms(seconds.plain)} ms, watched ${ms(seconds.watched)} ms; kernels are at work for ${busy.toFixed(0)} ms, ` +
    `and take ${total.toFixed(0)} ms one after another.\n` +
    `Attainable here: convolution ${convolution.toFixed(1)}, product ${product.toFixed(1)} GFLOP/s.`
  );
}

const timeCells = (
  { name, milliseconds, macs, count, ofAttainable }: TimeRow,
  total: number,
): readonly string[] => [
  name,
  milliseconds.toFixed(milliseconds < 10 ? 2 : 1),
  `${((100 * milliseconds) / total).toFixed(1)} %`,
  grouped(count),
  macs > 0 ? ((2 * macs) / milliseconds / 1e6).toFixed(1) : "",
  ofAttainable === undefined ? "" : ofAttainable.toFixed(2),
];

/** The median; of an even number the upper one. */
export const middle = (values: readonly number[]): number =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)]!;
