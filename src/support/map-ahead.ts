/** Work that runs ahead of whoever takes its results, so far and no further. */

/**
 * The results of `work` in the order of `source`, at most `limit` of them under way or waiting at a time. Where the
 * reader stops early, what is under way is waited for, so that nothing outlives the loop.
 */
export async function* mapAhead<T, R>(
  source: Iterable<T> | AsyncIterable<T>,
  limit: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R, void, undefined> {
  const running: Promise<R>[] = [];
  try {
    for await (const item of source) {
      const result = work(item);
      // Whoever takes the result sees the error; until then it is not unhandled.
      result.catch(() => undefined);
      running.push(result);
      if (running.length >= limit) yield await running.shift()!;
    }
    while (running.length > 0) yield await running.shift()!;
  } finally {
    await Promise.allSettled(running);
  }
}
