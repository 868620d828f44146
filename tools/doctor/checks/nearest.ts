/** So many letters may be wrong, of a name that is meant. */
const MAX_WRONG = 3;

/** The name that is most like this one, if any is. */
export function nearest(name: string, names: Iterable<string>): string | undefined {
  const near = [...names]
    .map((one) => ({ one, wrong: lettersWrong(name, one) }))
    .filter(({ wrong }) => wrong <= MAX_WRONG)
    .sort((a, b) => a.wrong - b.wrong);
  return near[0]?.one;
}

/** Letters that are to be added, removed or replaced: Levenshtein's distance, a row at a time. */
function lettersWrong(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      const replaced = row[j] + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, row[j + 1] + 1, next[j] + 1));
    }
    row = next;
  }
  return row[to.length];
}
