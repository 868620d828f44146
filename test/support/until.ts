/** Resolves when `check` is true; asks again on each turn of the event loop. The test's timeout bounds it. */
export async function until(check: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await check())) await new Promise((resolve) => setImmediate(resolve));
}
