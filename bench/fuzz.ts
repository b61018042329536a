/**
 * `npm run fuzz -- --count N [--seed S] [--jobs J]`: N hostile inputs, none of which may crash, take five seconds of a
 * processor (each is read and printed some ten times) or need more than 200 MB. Prints how many were made in which way, how
 * far they came and what was said of them. The number of an input that does harm is printed; `--count 1 --seed S` repeats it.
 */
import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import { parseArgs } from "node:util";
import "../src/support/node-compatibility.ts";
import { digest, setTable, type Table } from "./digest.ts";
import { add, type Counts, noCounts, type Taken, tallyText, together } from "./fuzz/tally.ts";
import { type Corpus, corpus, hostile } from "./hostile.ts";

const limits = { seconds: 5, megabytes: 200 } as const;

/** Inputs that one process takes before the next one does, and harmful ones after which all stop. */
const share = 20_000;
const mostFailures = 100;

interface Job {
  readonly count: number;
  readonly seed: number;
}

interface Progress {
  /** Of the input that is about to be read. */
  readonly seed: number;
  readonly problem?: string;
  /** Of all that this process has read. */
  readonly counts?: Counts;
}

if (process.send) process.once("message", (job: Job) => void work(job));
else await supervise();

async function supervise(): Promise<void> {
  const { values } = parseArgs({
    options: {
      count: { type: "string", default: "10000" },
      seed: { type: "string", default: "1" },
      jobs: { type: "string", default: String(availableParallelism()) },
    },
  });
  const [count, first] = [Number(values.count), Number(values.seed)];
  const jobs = Array.from({ length: Math.ceil(count / share) }, (_, index): Job => {
    const done = index * share;
    return { seed: first + done, count: Math.min(share, count - done) };
  });
  const failures: string[] = [];
  let counts = noCounts;
  let finished = 0;
  const began = performance.now();
  const runAll = async (): Promise<void> => {
    for (let job = jobs.shift(); job && failures.length < mostFailures; job = jobs.shift()) {
      const { at, counts: own } = await run(job, failures);
      counts = together(counts, own);
      finished += at - job.seed;
      process.stderr.write(`\r${finished}`);
      const left = job.seed + job.count - at - 1;
      // The input at which a process ended is done with.
      if (left > 0) jobs.unshift({ seed: at + 1, count: left });
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Number(values.jobs)) }, runAll));
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(`\n${values.count} inputs in ${seconds} s, ${failures.length} of them harmful`);
  for (const failure of failures) console.log(failure);
  console.log(tallyText(counts));
  process.exit(failures.length > 0 ? 1 : 0);
}

/** In a process of its own, since nothing else ends an input that hangs; `at` is behind the last one that was read. */
function run(
  { seed, count }: Job,
  failures: string[],
): Promise<{ readonly at: number; readonly counts: Counts }> {
  return new Promise((done) => {
    const worker = fork(import.meta.filename, {
      execArgv: [...process.execArgv, `--max-old-space-size=${limits.megabytes}`],
    });
    worker.send({ seed, count } satisfies Job);
    let at = seed;
    let counts = noCounts;
    let clock = setTimeout(() => {}, 0);
    const end = (problem?: string): void => {
      clearTimeout(clock);
      if (problem) {
        failures.push(`seed ${at}: ${problem}`);
        process.stderr.write(`\n${failures.at(-1)}\n`);
      }
      worker.removeAllListeners();
      worker.kill("SIGKILL");
      done({ at: problem ? at : seed + count, counts });
    };
    worker.on("message", (progress: Progress) => {
      clearTimeout(clock);
      at = progress.seed;
      counts = progress.counts ?? counts;
      if (progress.problem) return end(progress.problem);
      clock = setTimeout(() => end("hangs"), limits.seconds * 1000 * 60);
    });
    worker.on("error", (error) => end(error.message));
    worker.on("exit", (code) => end(code === 0 ? undefined : `the process ends with ${code}`));
  });
}

async function work({ count, seed: first }: Job): Promise<void> {
  const texts = corpus();
  const table = await setTable();
  await digest(hostile(0, texts), 0, table);
  let counts = noCounts;
  for (let seed = first; seed < first + count; seed++) {
    process.send!({ seed } satisfies Progress);
    // What is sent stays in memory until the loop of events turns, which promises alone never make it do.
    await setImmediate();
    const found = await take(seed, texts, table);
    if (found.taken) counts = add(counts, found.taken);
    const isLast = seed === first + count - 1;
    if (found.problem || isLast) process.send!({ seed, ...found, counts } satisfies Progress);
    if (found.problem) return;
  }
  table.close();
  process.disconnect();
}

async function take(
  seed: number,
  texts: Corpus,
  table: Table,
): Promise<{ readonly taken?: Taken; readonly problem?: string }> {
  const before = process.cpuUsage();
  const input = hostile(seed, texts);
  try {
    const outcome = await digest(input, seed, table);
    const seconds = process.cpuUsage(before).user / 1e6;
    const taken = { generator: input.generator, ...outcome, seconds };
    return seconds > limits.seconds ? { taken, problem: `takes ${seconds.toFixed(1)} s` } : { taken };
  } catch (error) {
    return { problem: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
