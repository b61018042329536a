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

/** What is held, in bytes, when each step has made what it makes and given up nothing yet; `held` bytes are there before the first. */
export function heldBytes<K>(
  steps: readonly Step<K>[],
  releases: readonly (readonly K[])[],
  bytesOf: (key: K) => number,
  held = 0,
): readonly number[] {
  const total = (keys: readonly K[]) => keys.reduce((sum, key) => sum + bytesOf(key), 0);
  let now = held;
  return steps.map(({ makes }, index) => {
    const most = now + total(makes);
    now = most - total(releases[index]!);
    return most;
  });
}
