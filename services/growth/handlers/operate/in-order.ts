/** What became of one item: the answer, and what it waits for before it may be seen. */
export interface Begun<A> {
  readonly answer: A;
  readonly ready: Promise<void> | undefined;
}

/**
 * Begins each item when the one before it has begun, and gives the answers in order, each when it is
 * ready: at most `max` of them wait, and then no item is taken. Throws what `begin` or an item does.
 */
export async function* inOrder<T, A>(
  items: AsyncIterable<T>,
  max: number,
  begin: (item: T) => Promise<Begun<A>>,
): AsyncGenerator<A> {
  const waiting: Begun<A>[] = [];
  let taken = Promise.withResolvers<void>();
  let added = Promise.withResolvers<void>();
  let isEnded = false;
  let failure: { readonly error: unknown } | undefined;
  const iterator = items[Symbol.asyncIterator]();
  const beginAll = async () => {
    try {
      for (let next = await iterator.next(); !next.done && !isEnded; next = await iterator.next()) {
        while (waiting.length >= max && !isEnded) await taken.promise;
        if (isEnded) return;
        const begun = await begin(next.value);
        // It is awaited in its turn; until then nobody hears of its failure.
        begun.ready?.catch(() => {});
        waiting.push(begun);
        added.resolve();
      }
    } catch (error) {
      failure = { error };
    } finally {
      isEnded = true;
      added.resolve();
    }
  };
  const running = beginAll();
  try {
    for (;;) {
      const begun = waiting.shift();
      if (begun === undefined) {
        if (isEnded) break;
        await added.promise;
        added = Promise.withResolvers();
        continue;
      }
      taken.resolve();
      taken = Promise.withResolvers();
      await begun.ready;
      yield begun.answer;
    }
    if (failure !== undefined) throw failure.error;
  } finally {
    isEnded = true;
    taken.resolve();
    await iterator.return?.();
    await running;
  }
}
