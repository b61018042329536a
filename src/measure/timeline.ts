/** Events that overlap in time: how long any was under way, and what part of that time is each one's. */
import type { WorkEvent } from "../runtime/session.ts";

type Interval = Pick<WorkEvent, "start" | "duration">;

/** Time in which at least one event was under way. */
export function busyTime(events: readonly Interval[]): number {
  let [busy, end] = [0, Number.NEGATIVE_INFINITY];
  for (const { start, duration } of events.toSorted((left, right) => left.start - right.start)) {
    busy += Math.max(0, start + duration - Math.max(start, end));
    end = Math.max(end, start + duration);
  }
  return busy;
}

/** Time of each event, where those that are under way at once share it evenly: their sum is the busy time. */
export function sharedTimes(events: readonly Interval[]): readonly number[] {
  const turns = events
    .flatMap(({ start, duration }, index) => [
      { at: start, index, begins: true },
      { at: start + duration, index, begins: false },
    ])
    .sort((left, right) => left.at - right.at);
  const times = events.map(() => 0);
  const active = new Set<number>();
  let last = 0;
  for (const { at, index, begins } of turns) {
    for (const each of active) times[each]! += (at - last) / active.size;
    last = at;
    if (begins) active.add(index);
    else active.delete(index);
  }
  return times;
}
