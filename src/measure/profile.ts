/** Where the time of a function goes: runs of a model watched kernel by kernel. */
import type { Result } from "../diagnostics/diagnostic.ts";
import { middle, type Profile, type TimeRow, type WorkRow } from "../report/profile.ts";
import { type TraceSpan, traceText } from "../report/trace.ts";
import { type Backend, targetOf } from "../runtime/index.ts";
import type { WatchedRun, WorkEvent } from "../runtime/session.ts";
import { invariant } from "../support/invariant.ts";
import { attainableSeconds, openYardstick, type Rates, type Yardstick } from "./attainable.ts";
import { type Place, placesOf } from "./attribute.ts";
import { type Timed, timed } from "./timed.ts";
import { busyTime } from "./timeline.ts";
import { openWorkload, type Workload, type WorkloadOptions } from "./workload.ts";

export interface ProfileOptions extends WorkloadOptions {
  /** Runs of each kind that are measured, after two that are not. */
  readonly rounds: number;
}

export interface Profiled {
  readonly profile: Profile;
  /** The middle watched run, as Trace Event JSON. */
  readonly trace: string;
}

/** Throws a `RuntimeFault` where the back end, or its profiler, is missing. */
export async function profileWorkload(options: ProfileOptions): Promise<Result<Profiled>> {
  const { value: workload, diagnostics } = await openWorkload(options);
  if (!workload) return { diagnostics };
  try {
    const yardstick = await openYardstick(workload.session.backend as Backend, options);
    try {
      return { value: await profileOf(workload, yardstick, options.rounds), diagnostics };
    } finally {
      await yardstick.close();
    }
  } finally {
    await workload.session.close();
  }
}

/** The first runs compile kernels, choose algorithms and fill caches. */
const warmUps = 2;

async function profileOf(workload: Workload, yardstick: Yardstick, rounds: number): Promise<Profiled> {
  const { session, feeds, function: name } = workload;
  invariant(session.watch, `${session.backend} cannot be watched`);
  const run = () => session.run(name, feeds);
  const watch = () => session.watch!(name, feeds);
  // Watched, so that a missing profiler is told of at once.
  for (let round = 0; round < warmUps; round++) await watch();
  const plain: number[] = [];
  const watched: (Timed<WatchedRun> & { readonly rates: Rates })[] = [];
  for (let round = 0; round < rounds; round++) {
    plain.push((await timed(run)).seconds);
    watched.push({ ...(await timed(watch)), rates: await yardstick.measure() });
  }
  const seconds = watched.map((each) => each.seconds);
  const { result, rates } = watched.find((each) => each.seconds === middle(seconds))!;
  return summarize(workload, result.events, { seconds: { plain, watched: seconds }, attainable: rates });
}

function summarize(
  workload: Workload,
  events: readonly WorkEvent[],
  measured: Pick<Profile, "seconds" | "attainable">,
): Profiled {
  const { model, session, graph, bucket, function: name } = workload;
  const placeOf = placesOf(model, targetOf(session.backend as Backend), name, graph, events);
  const placed = byNode(events.map((event) => ({ event, place: placeOf(event) })));
  const work = placed.flat();
  const training = name === "train_step";
  const rows = (placed: readonly PlacedEvent[], nameOf: (placed: PlacedEvent) => string) =>
    timeRows(placed, measured.attainable, nameOf);
  const named = (name: string, { direction }: Place) => (training ? `${name} (${direction})` : name);
  const profile: Profile = {
    name: model.name,
    backend: session.backend,
    function: name,
    images: { batch: bucket.batch, height: bucket.height, width: bucket.width },
    ...measured,
    busy: busyTime(events) / 1000,
    total: events.reduce((sum, { duration }) => sum + duration, 0) / 1000,
    phases: rows(inGraphOrder(work), ({ place }) => named(place.phase, place)),
    kernels: byTime(rows(work, ({ event }) => event.kernel)),
    layers: byTime(rows(work, ({ place }) => named(place.path, place))),
    work: placed.map((events) => workRow(events, measured.attainable)),
  };
  const spans = work.map((each) => spanOf(each, training));
  return { profile, trace: traceText(`${model.name}, ${name} on ${session.backend}`, spans) };
}

interface PlacedEvent {
  readonly event: WorkEvent;
  readonly place: Place;
}

/** The events of each node together, the longest first. */
function byNode(placed: readonly PlacedEvent[]): readonly (readonly PlacedEvent[])[] {
  const nodes = new Map<string, PlacedEvent[]>();
  for (const each of placed) {
    const known = nodes.get(each.place.key);
    if (known) known.push(each);
    else nodes.set(each.place.key, [each]);
  }
  return [...nodes.values()].map((events) =>
    shareProducts(events.toSorted((left, right) => right.event.duration - left.event.duration)),
  );
}

/** A node counts its multiply-adds once: those of its kernels that multiply share them by their time. */
function shareProducts(events: readonly PlacedEvent[]): readonly PlacedEvent[] {
  const multiplying = events.filter(({ event }) => /conv|matmul/i.test(event.kernel));
  const sharing = new Set(multiplying.length > 0 ? multiplying : events);
  const total = [...sharing].reduce((sum, { event }) => sum + event.duration, 0);
  return events.map((each) => {
    const { event, place } = each;
    const share = sharing.has(each) ? (total > 0 ? event.duration / total : 1 / sharing.size) : 0;
    const products = place.products.map(({ op, macs }) => ({ op, macs: share * macs }));
    return { event, place: { ...place, products, macs: share * place.macs } };
  });
}

function workRow(events: readonly PlacedEvent[], rates: Rates): WorkRow {
  const [{ event, place }] = events as [PlacedEvent];
  const { direction, phase, path, shape } = place;
  const [row] = timeRows(events, rates, () => event.name);
  return { ...row!, direction, phase, path, kernel: event.kernel, shape };
}

/** One row for each name, in the order in which they first come. */
function timeRows(
  events: readonly PlacedEvent[],
  rates: Rates,
  nameOf: (placed: PlacedEvent) => string,
): readonly TimeRow[] {
  const rows = new Map<string, Omit<TimeRow, "ofAttainable"> & { readonly best: number }>();
  for (const placed of events) {
    const name = nameOf(placed);
    const known = rows.get(name) ?? { name, milliseconds: 0, macs: 0, count: 0, best: 0 };
    rows.set(name, {
      name,
      milliseconds: known.milliseconds + placed.event.duration / 1000,
      macs: known.macs + placed.place.macs,
      count: known.count + 1,
      best: known.best + 1000 * attainableSeconds(placed.place.products, rates),
    });
  }
  return [...rows.values()].map(({ best, ...row }) => ({
    ...row,
    macs: Math.round(row.macs),
    ...(row.macs > 0 && { ofAttainable: best / row.milliseconds }),
  }));
}

/** Nodes come in the order of the model, whichever ran first. */
const inGraphOrder = (events: readonly PlacedEvent[]): readonly PlacedEvent[] =>
  events.toSorted((left, right) => left.place.index - right.place.index);

const byTime = (rows: readonly TimeRow[]): readonly TimeRow[] =>
  rows.toSorted((left, right) => right.milliseconds - left.milliseconds);

function spanOf({ event, place }: PlacedEvent, training: boolean): TraceSpan {
  const { name, kernel, thread, start, duration } = event;
  const { path, phase, direction, shape, macs } = place;
  const rate = macs > 0 ? { "GFLOP/s": Number(((2 * macs) / duration / 1000).toFixed(1)) } : {};
  return {
    name: path,
    category: training ? direction : phase,
    thread,
    start,
    duration,
    details: { kernel, phase, node: name, shape: shape.join(" x "), ...rate },
  };
}
