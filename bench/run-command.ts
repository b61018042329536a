/** Runs a command to its end and gives what it printed; a failure stops the benchmark with the command's own words. */
import { spawnSync } from "node:child_process";

export interface Finished {
  readonly output: string;
  readonly seconds: number;
}

export function runCommand(command: string, args: readonly string[]): Finished {
  const began = performance.now();
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (error || status !== 0) {
    throw new Error(
      `${command} ${args.join(" ")} failed: ${error?.message ?? stderr.trim().split("\n").at(-1)}`,
    );
  }
  return { output: stdout, seconds: (performance.now() - began) / 1000 };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2;
}
