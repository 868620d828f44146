/** An async iterable that is fed by calls: what a stream has still to send. For one reader. */
export class PushStream<T> implements AsyncIterableIterator<T, undefined> {
  #items: T[] = [];
  #end: { readonly error?: unknown } | undefined;
  #waiting: PromiseWithResolvers<IteratorResult<T, undefined>> | undefined;

  /** Does nothing once ended. The caller bounds how much it pushes. */
  push(item: T): void {
    if (this.#end !== undefined) return;
    this.#items.push(item);
    this.#settle();
  }

  /** The iteration ends after the items that were pushed; with `error`, by throwing it. Once. */
  end(error?: unknown): void {
    this.#end ??= error === undefined ? {} : { error };
    this.#settle();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const waiting = Promise.withResolvers<IteratorResult<T, undefined>>();
    this.#waiting = waiting;
    this.#settle();
    return waiting.promise;
  }

  /** The reader wants no more. */
  return(): Promise<IteratorResult<T, undefined>> {
    this.#items = [];
    this.end();
    return Promise.resolve({ value: undefined, done: true });
  }

  #settle(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    const item = this.#items.shift();
    if (item === undefined && this.#end === undefined) return;
    this.#waiting = undefined;
    if (item !== undefined) waiting.resolve({ value: item, done: false });
    else if (this.#end !== undefined && "error" in this.#end) waiting.reject(this.#end.error);
    else waiting.resolve({ value: undefined, done: true });
  }
}
