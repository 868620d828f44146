/** How many calls are being answered, and when none is. */
export class CallCount {
  #count = 0;
  #none: PromiseWithResolvers<void> | undefined;

  begin(): void {
    this.#count++;
  }

  end(): void {
    this.#count--;
    if (this.#count === 0) this.#none?.resolve();
  }

  /** Resolves when none is, if no more begin. */
  none(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    this.#none ??= Promise.withResolvers();
    return this.#none.promise;
  }
}
