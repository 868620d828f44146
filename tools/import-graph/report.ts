/** Lines named one by one; a file in the wrong format would name every one of them. */
const MAX_NAMED = 20;

/** Names lines and reasons, up to a bound; the counts in the summary have the rest. */
export function lineReport(print: (text: string) => void): (line: number, reason: string) => void {
  let named = 0;
  return (line, reason) => {
    named++;
    if (named <= MAX_NAMED) print(`line ${line}: ${reason}`);
    else if (named === MAX_NAMED + 1) print("more lines like these are counted, not named");
  };
}
