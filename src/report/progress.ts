/** The progress line of a run: loss terms, images a second, time left. */
import type { StepReport } from "../train/api.ts";
import { duration } from "./quantity.ts";

/** What is written to: standard error. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface Progress {
  /** A line of its own, above the progress line. */
  readonly log: (line: string) => void;
  readonly step: (report: StepReport) => void;
  readonly images: (done: number, of: number) => void;
  /** Ends the line. */
  readonly close: () => void;
}

/** Seconds between two lines where the stream is no terminal and lines cannot be rewritten. */
const quietSeconds = 5;

/** `now` gives seconds. */
export function openProgress(
  stream: ProgressStream,
  now: () => number = () => performance.now() / 1000,
): Progress {
  let open = false;
  let last = Number.NEGATIVE_INFINITY;
  const recent: number[] = [];
  const show = (line: string, ends: boolean) => {
    if (stream.isTTY) {
      stream.write(`\r${line.slice(0, (stream.columns ?? 80) - 1)}\x1b[K`);
      open = true;
    } else if (ends || now() - last >= quietSeconds) {
      stream.write(`${line}\n`);
      last = now();
    }
  };
  const close = () => {
    if (open) stream.write("\n");
    open = false;
  };
  return {
    close,
    log: (line) => {
      close();
      stream.write(`${line}\n`);
    },
    step: (report) => {
      recent.push(report.seconds);
      if (recent.length > 20) recent.shift();
      const seconds = recent.reduce((sum, each) => sum + each, 0) / recent.length;
      show(progressLine(report, seconds), report.step === report.steps);
    },
    images: (done, of) => show(`image ${done}/${of}`, done === of),
  };
}

/** `seconds` a step, over the last few. */
export function progressLine({ step, steps, images, losses, total }: StepReport, seconds: number): string {
  const place = `step ${String(step).padStart(String(steps).length)}/${steps}`;
  const terms = Object.entries(losses).filter(([name]) => name !== "total");
  const loss = `loss ${total.toFixed(3)} (${terms.map(([name, value]) => `${name} ${value.toFixed(3)}`).join(", ")})`;
  const rate = `${(images / seconds).toFixed(1)} images/s`;
  return [place, loss, rate, `${duration((steps - step) * seconds)} left`].join("  ");
}
