/**
 * Runs `work` on everything the source gives, at most `workers` at a time; the source is asked for the next
 * only by a worker that is free. Rejects with the first error after the work in flight has ended.
 */
export async function forEachParallel<Item>(
  source: Iterable<Item>,
  workers: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const items = source[Symbol.iterator]();
  const errors: unknown[] = [];
  const worker = async () => {
    while (errors.length === 0) {
      const next = items.next();
      if (next.done) return;
      try {
        await work(next.value);
      } catch (error) {
        errors.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
  if (errors.length > 0) throw errors[0];
}
