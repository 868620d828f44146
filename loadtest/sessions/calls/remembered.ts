/** Results that are kept: of more people than a run has active ones each is worked out anew. */
const MAX_REMEMBERED = 100_000;

/** Works out what is asked about a person once, and not for each call. */
export function remembered<Asked, Result>(
  personOf: (asked: Asked) => number,
  work: (asked: Asked) => Result,
): (asked: Asked) => Result {
  const results = new Map<number, Result>();
  return (asked) => {
    const person = personOf(asked);
    const known = results.get(person);
    if (known !== undefined) return known;
    const result = work(asked);
    if (results.size < MAX_REMEMBERED) results.set(person, result);
    return result;
  };
}
