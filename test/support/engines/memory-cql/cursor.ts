/** Where a reader of a statement's words stands. */
export class Cursor {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  peek(): string | undefined {
    return this.#tokens[this.#at];
  }

  next(): string {
    return this.#tokens[this.#at++] ?? "";
  }

  takes(word: string): boolean {
    const isNext = this.peek()?.toUpperCase() === word.toUpperCase();
    if (isNext) this.#at++;
    return isNext;
  }

  expect(word: string): void {
    if (!this.takes(word)) throw new Error(`${word} is expected in place of ${this.peek()}`);
  }

  inBrackets<T>(read: (at: Cursor) => T): T[] {
    this.expect("(");
    return this.listUntil(")", read);
  }

  listUntil<T>(end: string, read: (at: Cursor) => T): T[] {
    const found: T[] = [];
    while (!this.takes(end)) {
      found.push(read(this));
      this.takes(",");
    }
    return found;
  }

  rest(): readonly string[] {
    return this.#tokens.slice(this.#at);
  }
}
