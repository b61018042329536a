/**
 * Holes: what is not known of a model because its text is wrong, which has been said. Reading one ends the question
 * that asked; what was said before it stands, since nothing of the hole was known then.
 */

const hole = Symbol("hole");

/** Thrown by the read of a hole, caught in `known`, and seen nowhere else. */
class HoleRead extends Error {}

/** Ends the question that is being asked: what it needs is a hole. */
export function unknown(): never {
  throw new HoleRead();
}

/** The answer, or undefined where it depends on a hole. */
export function known<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof HoleRead) return undefined;
    throw error;
  }
}

/** Asks now, and gives the answer as often as it is read; where it depends on a hole, so does who reads it. */
export function part<T>(ask: () => T): () => T {
  const answer = known(() => ({ value: ask() }));
  return () => (answer ? answer.value : unknown());
}

/** The answer, or in its place a hole: for parts of what `guarded` is given, and nothing else. */
export function orHole<T>(ask: () => T): T {
  const answer = known(() => ({ value: ask() }));
  return answer ? answer.value : (hole as T);
}

/** Whether there is a hole anywhere in `value`, which is plain data. */
const hasHole = (value: unknown): boolean =>
  value === hole ||
  (typeof value === "object" &&
    value !== null &&
    // What is guarded already says so by itself.
    (known(() => Object.values(value).some(hasHole)) ?? true));

/** `value` itself where it has no holes; else the same to read, up to its holes. */
export function guarded<T>(value: T): T {
  if (typeof value !== "object" || value === null || !hasHole(value)) return value;
  return new Proxy(value, {
    get: (target, key) => {
      const found: unknown = Reflect.get(target, key);
      return found === hole ? unknown() : guarded(found);
    },
  });
}

/** Whether all of `value` is known. */
export const isWhole = (value: unknown): boolean => !hasHole(value);
