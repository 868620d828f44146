/** One of 0 to `options` - 1; the same ones in the same order lead to the same run. */
export type Choose = (options: number) => number;

/**
 * Runs `history` once for every sequence of choices that it can make: an exhaustive search, without a list
 * of states. A history must be determined by its choices. Returns how many there were. What it throws
 * comes with its choices.
 */
export async function everyPath(history: (choose: Choose) => Promise<void>): Promise<number> {
  let path: number[] = [];
  for (let runs = 1; ; runs++) {
    const options: number[] = [];
    const choose = (count: number) => {
      const step = options.length;
      options.push(count);
      path[step] ??= 0;
      return path[step];
    };
    try {
      await history(choose);
    } catch (error) {
      throw new Error(`after the choices ${path.slice(0, options.length)}`, { cause: error });
    }
    path = path.slice(0, options.length);
    while (path.length > 0 && path[path.length - 1] + 1 >= options[path.length - 1]) path.pop();
    if (path.length === 0) return runs;
    path[path.length - 1] += 1;
  }
}
