/** How long something took. */

export interface Timed<T> {
  readonly seconds: number;
  readonly result: T;
}

export async function timed<T>(work: () => T | Promise<T>): Promise<Timed<T>> {
  const start = performance.now();
  const result = await work();
  return { seconds: (performance.now() - start) / 1000, result };
}
