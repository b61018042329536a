/** What `rcnn benchmark` shows: how long each phase takes, and how near its products come to what the machine can do. */
import { byteSize } from "./quantity.ts";
import { textTable } from "./text-table.ts";

export interface Benchmark {
  readonly name: string;
  readonly backend: string;
  readonly function: "predict" | "train_step";
  /** Of a run, or random. */
  readonly weights: "trained" | "random";
  readonly images: { readonly batch: number; readonly height: number; readonly width: number };
  /** Of an image of the last round; absent in training. */
  readonly detections?: number;
  readonly rounds: number;
  /** From the file to the result, one call after another. */
  readonly seconds: Spread;
  /** Of the call of the model alone. */
  readonly callSeconds: Spread;
  readonly imagesPerSecond: number;
  readonly phases: readonly PhaseTime[];
  readonly attainable: Attainable;
  /** Of the whole process, at most. */
  readonly peakMemoryBytes: number;
}

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** GFLOP/s, two operations a multiply-add, of one stock kernel on the same back end, a fifth of a second of it in each round. */
export interface Attainable {
  /** 3x3, 256 to 256 channels on 50 x 76. */
  readonly convolution: Spread;
  /** 2048 x 1024 by 1024 x 1024. */
  readonly product: Spread;
}

export interface PhaseTime {
  readonly phase: string;
  readonly seconds: number;
  /** Multiply-adds of convolutions and dense layers. */
  readonly macs: number;
  /** The time that its products would take at the rates that were attained in the same round, over the time it takes. */
  readonly ofAttainable?: number;
}

/** Of at least one value; the median of an even number is the upper one. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((left, right) => left - right);
  return { median: sorted[Math.floor(sorted.length / 2)]!, least: sorted[0]!, most: sorted.at(-1)! };
}

export function benchmarkText(benchmark: Benchmark): string {
  const { name, backend, weights, images, detections, rounds, ...rest } = benchmark;
  const { batch, height, width } = images;
  const found = detections === undefined ? "" : `, ${detections} detections`;
  const title = `${name}, ${rest.function} on ${backend}: ${batch} x ${height} x ${width}${found}, ${weights} weights, ${rounds} round${rounds === 1 ? "" : "s"}.`;
  return [title, phaseTable(benchmark), summary(benchmark)].join("\n\n");
}

function phaseTable({ phases, seconds }: Benchmark): string {
  const rows = phases.map(({ phase, seconds: time, macs, ofAttainable }) => [
    phase,
    milliseconds(time),
    `${((100 * time) / seconds.median).toFixed(1)} %`,
    macs > 0 && time > 0 ? ((2 * macs) / time / 1e9).toFixed(1) : "",
    ofAttainable === undefined ? "" : ofAttainable.toFixed(2),
  ]);
  const macs = phases.reduce((sum, phase) => sum + phase.macs, 0);
  const last = [
    "in all",
    milliseconds(seconds.median),
    "",
    ((2 * macs) / seconds.median / 1e9).toFixed(1),
    "",
  ];
  return textTable([...rows, last], ["phase", "ms", "share", "GFLOP/s", "of attainable"]);
}

function summary({ seconds, callSeconds, imagesPerSecond, attainable, peakMemoryBytes }: Benchmark): string {
  const range = ({ median, least, most }: Spread, show: (value: number) => string) =>
    `${show(median)} (${show(least)} to ${show(most)})`;
  const rate = (value: number) => value.toFixed(1);
  return [
    `${imagesPerSecond.toFixed(2)} images/s: ${range(seconds, milliseconds)} ms a call, ${range(callSeconds, milliseconds)} ms of it in the model.`,
    `Attainable here, in the same rounds: convolution ${range(attainable.convolution, rate)}, product ${range(attainable.product, rate)} GFLOP/s.`,
    `Memory of the process at its peak: ${byteSize(peakMemoryBytes)}.`,
  ].join("\n");
}

const milliseconds = (seconds: number): string => (1000 * seconds).toFixed(seconds < 0.01 ? 2 : 1);
