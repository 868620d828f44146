export interface ReturnedMessage {
  readonly tag: number;
  /** How often it was delivered before. */
  readonly redeliveryCount: number;
}

/** Messages that came back to their queue, oldest first: the order of publishing, as far as it goes. */
export class ReturnedMessages {
  #messages: ReturnedMessage[] = [];
  #sorted = true;

  add(tag: number, redeliveryCount: number): void {
    const last = this.#messages.at(-1);
    if (last !== undefined && last.tag > tag) this.#sorted = false;
    this.#messages.push({ tag, redeliveryCount });
  }

  /** Removes and gives up to `limit` of the oldest. */
  take(limit: number): ReturnedMessage[] {
    if (!this.#sorted) {
      this.#messages.sort((a, b) => a.tag - b.tag);
      this.#sorted = true;
    }
    return this.#messages.splice(0, limit);
  }
}
