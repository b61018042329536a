/** What became of the inputs of the fuzzer: by the way they were made, by their readers, by what was said. */
import { textTable } from "../../src/report/text-table.ts";
import type { Outcome } from "../digest.ts";

export interface Taken extends Outcome {
  readonly generator: string;
  /** Of a processor. */
  readonly seconds: number;
}

type Numbers = Readonly<Record<string, number>>;

export interface Counts {
  readonly generators: Numbers;
  /** Of a processor, by the same. */
  readonly seconds: Numbers;
  readonly readers: Numbers;
  readonly verdicts: Numbers;
}

export const noCounts: Counts = { generators: {}, seconds: {}, readers: {}, verdicts: {} };

const plus = (numbers: Numbers, key: string, more = 1): Numbers => ({
  ...numbers,
  [key]: (numbers[key] ?? 0) + more,
});

export const add = (counts: Counts, { generator, readers, verdict, seconds }: Taken): Counts => ({
  generators: plus(counts.generators, generator),
  seconds: plus(counts.seconds, generator, seconds),
  readers: readers.reduce((all, reader) => plus(all, reader), counts.readers),
  verdicts: plus(counts.verdicts, verdict),
});

const joined = (one: Numbers, other: Numbers): Numbers =>
  Object.entries(other).reduce((all, [key, count]) => plus(all, key, count), one);

export const together = (one: Counts, other: Counts): Counts => ({
  generators: joined(one.generators, other.generators),
  seconds: joined(one.seconds, other.seconds),
  readers: joined(one.readers, other.readers),
  verdicts: joined(one.verdicts, other.verdicts),
});

/** The largest numbers first. */
export function tallyText({ generators, seconds, readers, verdicts }: Counts): string {
  const sorted = (numbers: Numbers) => Object.entries(numbers).sort((a, b) => b[1] - a[1]);
  const made = sorted(generators).map(([name, count]) => [
    name,
    String(count),
    ((1000 * seconds[name]!) / count).toFixed(2),
  ]);
  const rows = (numbers: Numbers) => sorted(numbers).map(([name, count]) => [name, String(count)]);
  return [
    textTable(made, ["made", "inputs", "ms each"], 1),
    textTable(rows(readers), ["read as far as", "inputs"], 1),
    textTable(rows(verdicts), [`${Object.keys(verdicts).length} verdicts`, "inputs"], 1),
  ].join("\n\n");
}
