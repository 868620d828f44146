import type { Readable } from "node:stream";

type Waiting<T> = PromiseWithResolvers<IteratorResult<T, undefined>>;

/**
 * The messages of a grpc-js stream as an async iterator. Reads only as far as it is asked, so that
 * HTTP/2 flow control holds the sender back. Unlike Node's own iterator it gives what arrived before
 * an error first, and `return` takes effect while a `next` waits. One `next` at a time.
 */
export class MessageReader<T> implements AsyncIterableIterator<T, undefined> {
  readonly #stream: Readable;
  readonly #onReturn: () => void;
  readonly #mapError: (error: unknown) => Error;
  #waiting: Waiting<T> | undefined;
  #isEnded = false;
  #failure: Error | undefined;

  /** `onReturn`: the consumer wants no more. */
  constructor(stream: Readable, onReturn: () => void, mapError: (error: unknown) => Error) {
    this.#stream = stream;
    this.#onReturn = onReturn;
    this.#mapError = mapError;
    stream.on("readable", () => this.#settle());
    // A cancelled HTTP/2 stream ends before it closes: by the next turn `fail` has been called.
    stream.on("end", () => setImmediate(() => this.#finish()));
    stream.on("error", (error) => this.fail(error));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const message: T | null = this.#stream.read();
    if (message !== null) return Promise.resolve({ value: message, done: false });
    if (this.#failure) return Promise.reject(this.#takeFailure());
    if (this.#isEnded) return Promise.resolve({ value: undefined, done: true });
    if (this.#waiting) return Promise.reject(new Error("one next() at a time"));
    this.#waiting = Promise.withResolvers();
    return this.#waiting.promise;
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#finish();
    this.#onReturn();
    return Promise.resolve({ value: undefined, done: true });
  }

  /** No message comes any more: after those that are here, `next` throws the error once. */
  fail(error: unknown): void {
    this.#finish(this.#mapError(error));
  }

  /** Lets what still comes pass unread, so that the stream can reach its end. */
  discard(): void {
    this.#finish();
    this.#stream.removeAllListeners("readable");
    this.#stream.resume();
  }

  #finish(failure?: Error): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#failure = failure;
    this.#settle();
  }

  #settle(): void {
    const waiting = this.#waiting;
    if (!waiting) return;
    const message: T | null = this.#stream.read();
    if (message === null && !this.#isEnded) return;
    this.#waiting = undefined;
    if (message !== null) waiting.resolve({ value: message, done: false });
    else if (this.#failure) waiting.reject(this.#takeFailure());
    else waiting.resolve({ value: undefined, done: true });
  }

  /** A failure is thrown once; after it the stream is at its end. */
  #takeFailure(): Error {
    const failure = this.#failure as Error;
    this.#failure = undefined;
    return failure;
  }
}
