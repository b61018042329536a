/** Liveness of straight-line code: after which step each value is read no more, and how much is held at once. */

/** What one step reads and what it makes, by any key. */
export interface Step<K> {
  readonly reads: readonly K[];
  readonly makes: readonly K[];
}

/** Of each step, the keys that it is the last to read or make; those in `kept` outlive the run. */
export function releasesOf<K>(steps: readonly Step<K>[], kept: ReadonlySet<K>): readonly (readonly K[])[] {
  const seen = new Set(kept);
  const releases: (readonly K[])[] = [];
  for (const { reads, makes } of steps.toReversed()) {
    const last = [...new Set([...reads, ...makes])].filter((key) => !seen.has(key));
    for (const key of last) seen.add(key);
    releases.push(last);
  }
  return releases.reverse();
}

/** The fullest point: how many bytes are held there, and the step that makes them so; -1 where it is before the first. */
export interface Peak {
  readonly bytes: number;
  readonly step: number;
}

/** `held` bytes are there before the first step. */
export function peakOf<K>(
  steps: readonly Step<K>[],
  releases: readonly (readonly K[])[],
  bytesOf: (key: K) => number,
  held = 0,
): Peak {
  const total = (keys: readonly K[]) => keys.reduce((sum, key) => sum + bytesOf(key), 0);
  let [now, peak, step] = [held, held, -1];
  steps.forEach(({ makes }, index) => {
    now += total(makes);
    if (now > peak) [peak, step] = [now, index];
    now -= total(releases[index]!);
  });
  return { bytes: peak, step };
}
