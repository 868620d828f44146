import type { Operation } from "#gen/growth/v1/growth.ts";

/** What was sent and is not answered: what is wrong with a line, and inserts that must not be sent again. */
export class OnItsWay {
  readonly #mistakes = new Map<number, string>();
  readonly #unnamed = new Set<number>();
  #sent = 0;
  #answered = 0;

  /** The next operation of the stream; `mistake`: what is wrong with its line, when it is none. */
  send({ operation }: Operation, mistake?: string): void {
    const isInsert = operation?.$case === "insert" || operation?.$case === "insertWithReferrer";
    if (isInsert && operation.value.eventId === "") this.#unnamed.add(this.#sent);
    if (mistake !== undefined) this.#mistakes.set(this.#sent, mistake);
    this.#sent++;
  }

  /** The next answer has come; gives the mistake of its line. */
  answer(): string | undefined {
    const mistake = this.#mistakes.get(this.#answered);
    this.#mistakes.delete(this.#answered);
    this.#unnamed.delete(this.#answered);
    this.#answered++;
    return mistake;
  }

  /** What whoever goes on after a failure must know. */
  get warning(): string {
    const answered = `${this.#answered} operations were answered`;
    if (this.#unnamed.size === 0) return `${answered}: send the rest again`;
    return (
      `${answered}. ${this.#unnamed.size} inserts without an event id were not: nobody knows whether they ` +
      "counted, and sent again they may count twice (with one, as in Insert(10, order-7), they count once)"
    );
  }
}
