/** A broken promise of the compiler itself: the only thing that is thrown. */
export class CompilerBug extends Error {
  override readonly name = "CompilerBug";
}

/** Throws a `CompilerBug` unless `condition` holds. Never for what a user wrote. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new CompilerBug(message);
}
