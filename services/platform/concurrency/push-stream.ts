/** An async iterable that is fed by calls: what a stream has still to send. For one reader. */
export class PushStream<T> implements AsyncIterableIterator<T, undefined> {
  #items: T[] = [];
  #end: { readonly error?: unknown } | undefined;
  #waiting: PromiseWithResolvers<IteratorResult<T, undefined>> | undefined;
  #drained: PromiseWithResolvers<void> | undefined;

  /** Does nothing once ended. The caller bounds how much it pushes. */
  push(item: T): void {
    if (this.#end !== undefined) return;
    this.#items.push(item);
    this.#settle();
  }

  /** Pushed, and not taken. */
  get waitingCount(): number {
    return this.#items.length;
  }

  /** Forgets what was pushed and not taken. */
  clear(): void {
    this.#items = [];
    this.#tellDrained();
  }

  /** Nothing that was pushed is left: its reader has it all, or wants no more. */
  get isDrained(): boolean {
    return this.#items.length === 0;
  }

  /** Resolves when it is drained. */
  async drained(): Promise<void> {
    if (this.isDrained) return;
    this.#drained ??= Promise.withResolvers();
    await this.#drained.promise;
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
    this.clear();
    this.end();
    return Promise.resolve({ value: undefined, done: true });
  }

  #settle(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    const item = this.#items.shift();
    if (item === undefined && this.#end === undefined) return;
    this.#waiting = undefined;
    if (this.isDrained) this.#tellDrained();
    if (item !== undefined) waiting.resolve({ value: item, done: false });
    else if (this.#end !== undefined && "error" in this.#end) waiting.reject(this.#end.error);
    else waiting.resolve({ value: undefined, done: true });
  }

  #tellDrained(): void {
    this.#drained?.resolve();
    this.#drained = undefined;
  }
}
