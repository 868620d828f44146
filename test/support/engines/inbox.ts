import type { BusMessage, Outcome } from "../../../services/platform/messaging/bus.ts";

/** A consumer's handler that remembers what came, as text, and lets a test wait for it. */
export class Inbox {
  readonly messages: string[] = [];
  mostInHand = 0;
  readonly #held: ((outcome: Outcome) => void)[] = [];
  #waiting: { readonly isMet: () => boolean; readonly resolve: () => void }[] = [];

  /** Settles each message at once. */
  take(outcome: Outcome): (message: BusMessage) => Promise<Outcome> {
    return async (message) => {
      this.#add(message);
      return outcome;
    };
  }

  /** Keeps each message in hand until `release`. */
  keep(): (message: BusMessage) => Promise<Outcome> {
    return (message) =>
      new Promise((resolve) => {
        this.#held.push(resolve);
        this.mostInHand = Math.max(this.mostInHand, this.#held.length);
        this.#add(message);
      });
  }

  /** Settles the message that is longest in hand. */
  release(outcome: Outcome): void {
    this.#held.shift()?.(outcome);
  }

  releaseAll(outcome: Outcome): void {
    for (const settle of this.#held.splice(0)) settle(outcome);
  }

  /** Resolves to all messages once there are so many. */
  async received(count: number): Promise<readonly string[]> {
    await this.#when(() => this.messages.length >= count);
    return this.messages;
  }

  /** The same, repeats counted once. */
  async receivedDistinct(count: number): Promise<void> {
    await this.#when(() => new Set(this.messages).size >= count);
  }

  #when(isMet: () => boolean): Promise<void> {
    if (isMet()) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ isMet, resolve }));
  }

  #add({ payload }: BusMessage): void {
    this.messages.push(Buffer.from(payload).toString());
    this.#waiting = this.#waiting.filter(({ isMet, resolve }) => {
      if (!isMet()) return true;
      resolve();
      return false;
    });
  }
}
