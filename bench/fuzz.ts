/**
 * `npm run fuzz -- --count N [--seed S]`: N hostile inputs, none of which may crash, take two seconds of a processor (each is
 * read and printed some ten times) or need more than 200 MB. The number of an input that does is printed; `--count 1 --seed S`
 * repeats it.
 */
import { fork } from "node:child_process";
import { setImmediate } from "node:timers/promises";
import { parseArgs } from "node:util";
import "../src/support/node-compatibility.ts";
import { createValidator, type Validate } from "../src/check/validate.ts";
import { catalog } from "../src/components/catalog.ts";
import { digest } from "./digest.ts";
import { corpus, hostile } from "./hostile.ts";

const limits = { seconds: 2, megabytes: 200 } as const;

interface Job {
  readonly count: number;
  readonly seed: number;
}

interface Progress {
  readonly seed: number;
  readonly problem?: string;
}

if (process.send) process.once("message", (job: Job) => void work(job));
else await supervise();

/** Runs the inputs in a process of their own, since nothing else ends one that hangs. */
async function supervise(): Promise<void> {
  const { values } = parseArgs({
    options: { count: { type: "string", default: "10000" }, seed: { type: "string", default: "1" } },
  });
  let job: Job = { count: Number(values.count), seed: Number(values.seed) };
  const last = job.seed + job.count;
  const failures: string[] = [];
  const began = performance.now();
  while (job.count > 0 && failures.length < 20) {
    const failed = await run(job, failures);
    job = { seed: failed + 1, count: last - failed - 1 };
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(`${values.count} inputs in ${seconds} s, ${failures.length} of them harmful`);
  for (const failure of failures) console.log(failure);
  process.exit(failures.length > 0 ? 1 : 0);
}

/** The number of the input at which the process ended; each starts with what it is about. */
function run(job: Job, failures: string[]): Promise<number> {
  return new Promise((done) => {
    const worker = fork(import.meta.filename, {
      execArgv: [...process.execArgv, `--max-old-space-size=${limits.megabytes}`],
    });
    worker.send(job);
    let at = job.seed;
    let clock = setTimeout(() => {}, 0);
    const end = (problem?: string): void => {
      clearTimeout(clock);
      if (problem) {
        failures.push(`seed ${at}: ${problem}`);
        process.stderr.write(`\n${failures.at(-1)}\n`);
      }
      worker.removeAllListeners();
      worker.kill("SIGKILL");
      done(at);
    };
    worker.on("message", ({ seed, problem }: Progress) => {
      clearTimeout(clock);
      at = seed;
      if (problem) return end(problem);
      if (seed % 1000 === 0) process.stderr.write(`\r${seed}`);
      clock = setTimeout(() => end("hangs"), limits.seconds * 1000 * 60);
    });
    worker.on("error", (error) => end(error.message));
    worker.on("exit", (code) => end(code === 0 ? undefined : `the process ends with ${code}`));
  });
}

async function work({ count, seed: first }: Job): Promise<void> {
  const texts = corpus();
  const validate = createValidator(catalog);
  await digest(hostile(0, texts), true, validate);
  for (let seed = first; seed < first + count; seed++) {
    process.send!({ seed } satisfies Progress);
    // What is sent stays in memory until the loop of events turns, which promises alone never make it do.
    await setImmediate();
    const problem = await problemOf(seed, texts, validate);
    if (problem) return void process.send!({ seed, problem } satisfies Progress);
  }
  process.disconnect();
}

async function problemOf(
  seed: number,
  texts: readonly string[],
  validate: Validate,
): Promise<string | undefined> {
  const before = process.cpuUsage();
  try {
    await digest(hostile(seed, texts), seed % 4 === 0, validate);
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const seconds = process.cpuUsage(before).user / 1e6;
  return seconds > limits.seconds ? `takes ${seconds.toFixed(1)} s` : undefined;
}
