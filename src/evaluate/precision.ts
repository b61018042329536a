/** Arithmetic that the metrics share. */

/** Distance from 1 to the next double: keeps 0/0 at 0. */
export const EPSILON = Number.EPSILON;

/** `count` evenly spaced numbers, both ends included, rounded as numpy's `linspace`: ties with thresholds depend on it. */
export function linspace(start: number, stop: number, count: number): readonly number[] {
  const step = (stop - start) / (count - 1);
  return Array.from({ length: count }, (_, index) => (index === count - 1 ? stop : index * step + start));
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** In descending order of score; equals keep their order. */
export function rank<T>(items: readonly T[], score: (item: T) => number): T[] {
  return [...items].sort((a, b) => score(b) - score(a));
}

/** Each precision raised to the highest at the same or a higher recall. */
export function precisionEnvelope(precision: readonly number[]): number[] {
  const envelope = [...precision];
  for (let index = envelope.length - 1; index > 0; index--) {
    envelope[index - 1] = Math.max(envelope[index - 1]!, envelope[index]!);
  }
  return envelope;
}
