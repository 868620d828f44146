import type { Done } from "../driver.ts";
import { brought } from "./answer-message.ts";
import { FLAG } from "./frames.ts";
import { createHeaderCache } from "./header-cache.ts";
import { statusIn, withoutPadding } from "./last-headers.ts";
import type { StreamStop } from "./stream-stop.ts";

interface Stream {
  readonly done: Done;
  readonly framed: boolean;
  /** Ends it when it has brought enough. */
  readonly stop: StreamStop | undefined;
  readonly parts: Buffer[];
  /** Below 0: nothing was told yet. */
  status: number;
}

const OK = 0;
const UNKNOWN = 2;
const INTERNAL = 13;

/** Calls of one connection that are not over, and what came of their answers. */
export class InFlight {
  readonly #streams = new Map<number, Stream>();
  readonly #decode = createHeaderCache();
  readonly #onOver: (id: number) => void;

  /** `onOver` is called after each answer. */
  constructor(onOver: (id: number) => void) {
    this.#onOver = onOver;
  }

  get size(): number {
    return this.#streams.size;
  }

  has(id: number): boolean {
    return this.#streams.has(id);
  }

  begin(id: number, call: Pick<Stream, "done" | "framed" | "stop">): void {
    this.#streams.set(id, { ...call, parts: [], status: -1 });
  }

  /** Its `done` is not called. Whether it was there. */
  giveUp(id: number): boolean {
    this.#streams.get(id)?.stop?.over();
    return this.#streams.delete(id);
  }

  data(id: number, flags: number, payload: Buffer): void {
    const stream = this.#streams.get(id);
    if (!stream) return;
    const body = withoutPadding(flags & FLAG.padded, payload);
    stream.parts.push(body);
    stream.stop?.received(body);
    // A good answer ends with headers.
    if (flags & FLAG.endStream) this.end(id, stream.status > OK ? stream.status : UNKNOWN);
  }

  headers(id: number, flags: number, block: Buffer): void {
    const stream = this.#streams.get(id);
    if (!stream) return;
    stream.status = statusIn(this.#decode(block), stream.status);
    if (flags & FLAG.endStream) this.end(id, stream.status < 0 ? UNKNOWN : stream.status);
  }

  /** Answers a call. `isStopped`: it is good as it is, for this side ended it. */
  end(id: number, status: number, isStopped = false): void {
    const stream = this.#streams.get(id);
    if (!stream) return;
    this.#streams.delete(id);
    const { parts, framed, stop, done } = stream;
    stop?.over();
    // A stream may end without having brought anything; a unary call may not.
    const isStream = framed || stop !== undefined;
    const { isWhole, message } = status === OK ? brought(parts, { framed, isStream }) : NOTHING;
    if (isWhole || isStopped) done(status, message);
    else done(status === OK ? INTERNAL : status, undefined);
    this.#onOver(id);
  }

  /** Those after this one, which are never answered. */
  endAllAfter(last: number, status: number): void {
    for (const id of [...this.#streams.keys()]) if (id > last) this.end(id, status);
  }
}

const NOTHING = { isWhole: false, message: undefined };
