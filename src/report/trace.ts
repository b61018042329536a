/** A watched run as Trace Event JSON, which chrome://tracing and ui.perfetto.dev open. */

/** Times in microseconds. */
export interface TraceSpan {
  readonly name: string;
  /** What the viewer colours alike and filters by. */
  readonly category: string;
  readonly thread: number;
  readonly start: number;
  readonly duration: number;
  readonly details: Readonly<Record<string, string | number>>;
}

/** "Trace Event Format", complete events (`ph: X`) of one process, with a name for each thread (`ph: M`). */
export function traceText(process: string, spans: readonly TraceSpan[]): string {
  const threads = [...new Set(spans.map(({ thread }) => thread))];
  const numberOf = new Map(threads.map((thread, index) => [thread, index + 1]));
  const named = (name: string, tid: number, label: string) => ({
    name,
    ph: "M",
    pid: 1,
    tid,
    args: { name: label },
  });
  const events = [
    named("process_name", 0, process),
    ...threads.map((thread) => named("thread_name", numberOf.get(thread)!, `thread ${numberOf.get(thread)}`)),
    ...spans.map(({ name, category, thread, start, duration, details }) => ({
      name,
      cat: category,
      ph: "X",
      pid: 1,
      tid: numberOf.get(thread),
      ts: start,
      dur: duration,
      args: details,
    })),
  ];
  return `{"displayTimeUnit":"ms","traceEvents":[\n${events.map((event) => JSON.stringify(event)).join(",\n")}\n]}\n`;
}
