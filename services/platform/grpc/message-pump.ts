import type { Writable } from "node:stream";

/**
 * Moves an async iterable's items into a grpc-js stream: asks for the next one only when the stream
 * has room. Driven by callbacks, so that a stop takes effect at once, whatever the source waits for.
 */
export class MessagePump {
  readonly #source: AsyncIterator<unknown>;
  readonly #sink: Writable;
  readonly #onDone: (error?: unknown) => void;
  #isDone = false;

  /** `onDone` is called once: at the source's end, or with its error; not after `stop`. */
  constructor(source: AsyncIterable<unknown>, sink: Writable, onDone: (error?: unknown) => void) {
    this.#source = source[Symbol.asyncIterator]();
    this.#sink = sink;
    this.#onDone = onDone;
  }

  /** Starts, or goes on after a pause. */
  readonly pull = (): void => {
    if (!this.#isDone) this.#source.next().then(this.#take, this.#finish);
  };

  /** Ends the source; nothing more is written. */
  stop(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    // An iterator that fails while it is being dropped has nobody left to tell.
    this.#source.return?.().catch(() => {});
  }

  readonly #take = (result: IteratorResult<unknown>): void => {
    if (this.#isDone) return;
    if (result.done) this.#finish();
    else if (this.#sink.write(result.value)) this.pull();
    else this.#sink.once("drain", this.pull);
  };

  readonly #finish = (error?: unknown): void => {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#onDone(error);
  };
}
