/** TensorFlow's own profiler, by an add-on that is compiled with the native back end: which node ran when. */
import { createRequire } from "node:module";
import type { WorkEvent } from "../session.ts";
import { profilerPathOf } from "./locate.ts";

interface Profiler {
  start(): void;
  stop(): string;
}

/** Watches `work`; TensorFlow must have been loaded before. Two watches at once are an error of the library's own. */
export async function watchNative<T>(
  directory: string,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly events: readonly WorkEvent[] }> {
  const profiler = createRequire(import.meta.url)(profilerPathOf(directory)) as Profiler;
  profiler.start();
  let text: string | undefined;
  try {
    const result = await work();
    text = profiler.stop();
    return { result, events: eventsOf(text) };
  } finally {
    if (text === undefined) profiler.stop();
  }
}

/** The runs of nodes among what the profiler has seen, in the order in which they began: those named `node:Op`. */
export function eventsOf(text: string): readonly WorkEvent[] {
  const rows = JSON.parse(text) as readonly (readonly [number, number, number, string])[];
  const events = rows.flatMap(([thread, start, duration, label]) => {
    const [, name, kernel] = /^([^:#]+):([A-Za-z_]\w*)(?:[#,]|$)/.exec(label) ?? [];
    if (name === undefined || kernel === undefined) return [];
    return [{ name, kernel, thread, start: start / 1000, duration: duration / 1000 }];
  });
  return events.sort((left, right) => left.start - right.start);
}
