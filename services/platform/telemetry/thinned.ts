/**
 * For log lines that can come by the thousand at once: says the first at once, and then, once in `everyMs`,
 * the newest of those that came since. `count`: how many a line stands for.
 */
export function thinned<T>(
  everyMs: number,
  say: (newest: T, count: number) => void,
): (one: T) => void {
  let newest: T;
  let count = 0;
  let isResting = false;
  const sayAndRest = () => {
    isResting = count > 0;
    if (!isResting) return;
    say(newest, count);
    count = 0;
    setTimeout(sayAndRest, everyMs).unref();
  };
  return (one) => {
    newest = one;
    count++;
    if (!isResting) sayAndRest();
  };
}
