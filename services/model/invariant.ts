/** What must hold whatever comes in: a breach is a fault of ours, never of a caller. */
export class InvariantError extends Error {
  override name = "InvariantError";
}

/** Throws InvariantError with what was expected. Cheap enough for a hot path: one branch. */
export function invariant(condition: boolean, expected: string): asserts condition {
  if (!condition) throw new InvariantError(`expected: ${expected}`);
}

/** The value, where the logic around it says that it is there; throws InvariantError otherwise. */
export function present<T>(value: T, what = "a value"): NonNullable<T> {
  if (value === undefined || value === null) throw new InvariantError(`${what} is not there`);
  return value;
}
