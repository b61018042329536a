/** How long each phase of a model takes, from the image file to the detections, or forward, backward and update. */
import type { Result } from "../diagnostics/diagnostic.ts";
import { type Benchmark, type PhaseTime, spreadOf } from "../report/benchmark.ts";
import { type Backend, targetOf } from "../runtime/index.ts";
import type { WorkEvent } from "../runtime/session.ts";
import { invariant } from "../support/invariant.ts";
import { attainableSeconds, openYardstick, type Rates } from "./attainable.ts";
import { placesOf } from "./attribute.ts";
import { type HostTimes, type HostWork, openHostWork } from "./host-work.ts";
import { timed } from "./timed.ts";
import { sharedTimes } from "./timeline.ts";
import { openWorkload, type Workload, type WorkloadOptions } from "./workload.ts";

export interface BenchmarkOptions extends WorkloadOptions {
  /** After one that does not count, which compiles kernels, chooses algorithms and fills caches. */
  readonly rounds: number;
  /** A picture in place of a made-up one; in prediction only. */
  readonly image?: string;
}

interface Round {
  /** Of an ordinary call, and of a watched one. */
  readonly seconds: number;
  readonly watchedSeconds: number;
  readonly events: readonly WorkEvent[];
  readonly host: HostTimes;
  readonly rates: Rates;
}

/** Throws a `RuntimeFault` where the back end, or its profiler, is missing. */
export async function benchmarkWorkload(options: BenchmarkOptions): Promise<Result<Benchmark>> {
  const { value: workload, diagnostics } = await openWorkload(options);
  if (!workload) return { diagnostics };
  try {
    const host = await openHostWork(workload, options.image);
    if (!host.value) return { diagnostics: host.diagnostics };
    const yardstick = await openYardstick(workload.session.backend as Backend, options);
    const rounds: Round[] = [];
    try {
      await runRound(workload, host.value, yardstick.measure);
      for (let round = 0; round < options.rounds; round++)
        rounds.push(await runRound(workload, host.value, yardstick.measure));
    } finally {
      await Promise.all([yardstick.close(), host.value.close()]);
    }
    return { value: summarize(workload, rounds), diagnostics };
  } finally {
    await workload.session.close();
  }
}

/** All kinds of work take turns, so that a busy machine slows all of them. */
async function runRound(workload: Workload, host: HostWork, measure: () => Promise<Rates>): Promise<Round> {
  const { session, function: name } = workload;
  invariant(session.watch, `${session.backend} cannot be watched`);
  const before = await host.before();
  const call = await timed(() => session.run(name, before.feeds));
  const after = await host.after(call.result);
  const watched = await timed(() => session.watch!(name, before.feeds));
  const rates = await measure();
  return {
    seconds: call.seconds,
    watchedSeconds: watched.seconds,
    events: watched.result.events,
    host: { before: before.seconds, after: after.seconds, detections: after.detections },
    rates,
  };
}

function summarize(workload: Workload, rounds: readonly Round[]): Benchmark {
  const { model, bucket, session, function: name, isTrained } = workload;
  const attainable = {
    convolution: spreadOf(rounds.map(({ rates }) => rates.convolution)),
    product: spreadOf(rounds.map(({ rates }) => rates.product)),
  };
  const seconds = spreadOf(rounds.map((round) => round.seconds + round.host.before + round.host.after));
  const calls = spreadOf(rounds.map((round) => round.seconds));
  const isPrediction = name === "predict";
  const host = (phase: string, of: (times: HostTimes) => number): readonly PhaseTime[] =>
    isPrediction ? [{ phase, seconds: spreadOf(rounds.map(({ host }) => of(host))).median, macs: 0 }] : [];
  return {
    name: model.name,
    backend: session.backend,
    function: name,
    weights: isTrained ? "trained" : "random",
    images: { batch: bucket.batch, height: bucket.height, width: bucket.width },
    ...(isPrediction && { detections: rounds.at(-1)!.host.detections }),
    rounds: rounds.length,
    seconds,
    callSeconds: calls,
    imagesPerSecond: bucket.batch / seconds.median,
    phases: [
      ...host("decode, resize", ({ before }) => before),
      ...callPhases(workload, rounds, calls.median),
      ...host("post-processing", ({ after }) => after),
    ],
    attainable,
    peakMemoryBytes: 1024 * process.resourceUsage().maxRSS,
  };
}

/** Of a round: seconds of the watched call, multiply-adds, and the seconds that these would take at the rates of that round. */
interface RoundPhase {
  readonly seconds: number;
  readonly macs: number;
  readonly best: number;
}

/**
 * The median of each phase over the rounds, as a share of the watched call, on the time of the ordinary one. What is left
 * of it is no kernel's: feeds, results, and the library between its kernels.
 */
function callPhases(workload: Workload, rounds: readonly Round[], call: number): readonly PhaseTime[] {
  const each = rounds.map((round) => phasesOf(workload, round));
  const median = (of: (phases: ReadonlyMap<string, RoundPhase>, index: number) => number) =>
    spreadOf(each.map(of)).median;
  const phases = [...each[0]!].map(([phase, { macs }]): PhaseTime => {
    const share = median(
      (phases, index) => (phases.get(phase)?.seconds ?? 0) / rounds[index]!.watchedSeconds,
    );
    const ratio = median((phases) => {
      const { best, seconds } = phases.get(phase) ?? { best: 0, seconds: 1 };
      return best / seconds;
    });
    return { phase, seconds: share * call, macs, ...(macs > 0 && { ofAttainable: ratio }) };
  });
  const rest = call - phases.reduce((sum, { seconds }) => sum + seconds, 0);
  return [...phases, { phase: "between kernels", seconds: Math.max(0, rest), macs: 0 }];
}

function phasesOf(workload: Workload, { events, rates }: Round): ReadonlyMap<string, RoundPhase> {
  const { model, session, graph, function: name } = workload;
  const placeOf = placesOf(model, targetOf(session.backend as Backend), name, graph, events);
  const times = sharedTimes(events);
  const counted = new Set<string>();
  const placed = events
    .map((event, index) => ({ place: placeOf(event), seconds: times[index]! / 1e6 }))
    .sort((left, right) => left.place.index - right.place.index);
  const phases = new Map<string, RoundPhase>();
  for (const { place, seconds } of placed) {
    const phase = name === "predict" ? place.phase : place.direction;
    const known = phases.get(phase) ?? { seconds: 0, macs: 0, best: 0 };
    // A node of several kernels counts its products once.
    const products = counted.has(place.key) ? [] : place.products;
    counted.add(place.key);
    const best = attainableSeconds(products, rates);
    const macs = products.reduce((sum, product) => sum + product.macs, 0);
    phases.set(phase, {
      seconds: known.seconds + seconds,
      macs: known.macs + macs,
      best: known.best + best,
    });
  }
  return phases;
}
