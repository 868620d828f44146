import type { Call, Done } from "./driver.ts";
import type { Cancel, Line, Refusal } from "./line.ts";

/** A connection while it is open. */
export interface OpenLine extends Line {
  readonly isClosed: boolean;
  close(): void;
}

/** What a connection tells. */
export interface LineEvents {
  /** A call that was refused may fit now. */
  onRoom(): void;
  /**
   * It takes no call any more, and why where that is known; whether it was given up on this side, as after a cancelled
   * call, or because the server said in order that it will be: after so many calls or so long, as proxies do.
   */
  onClosed(by: "us" | "them", why?: Error): void;
}

/** Opens a connection; the signal gives up opening it, or ends it. */
export type OpenConnection = (events: LineEvents, signal: AbortSignal) => Promise<OpenLine>;

const FIRST_REOPEN_MS = 50;
const LONGEST_REOPEN_MS = 1_000;

/**
 * One connection that is opened again when it breaks: at once when it had held for a while or was given up
 * on this side, else after a wait that doubles. Calls are never sent again: only the line is.
 */
export class ReopenedLine implements Line {
  readonly #connect: OpenConnection;
  readonly #onRoom: () => void;
  readonly #end = new AbortController();
  #line: OpenLine | undefined;
  #lost: Error | undefined;
  #openedMs = 0;
  #isReopening = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(connect: OpenConnection, onRoom: () => void) {
    this.#connect = connect;
    this.#onRoom = onRoom;
  }

  get isOpen(): boolean {
    return this.#line !== undefined;
  }

  /** Rejects when the target can't be reached. */
  async open(): Promise<void> {
    let opened: OpenLine | undefined;
    opened = await this.#connect(
      { onRoom: this.#onRoom, onClosed: (by, why) => opened && this.#closed(opened, by, why) },
      this.#end.signal,
    );
    this.#line = opened;
    this.#lost = undefined;
    this.#openedMs = performance.now();
    if (opened.isClosed) this.#closed(opened, "them", undefined);
    else this.#onRoom();
  }

  get lost(): Error | undefined {
    return this.#lost;
  }

  tryWrite(call: Call, done: Done): Cancel | Refusal {
    if (this.#line) return this.#line.tryWrite(call, done);
    return this.#isReopening ? "slot" : "closed";
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#end.abort();
    this.#line?.close();
  }

  #closed(line: OpenLine, by: "us" | "them", why: Error | undefined): void {
    if (this.#line !== line) return;
    this.#line = undefined;
    this.#lost = why;
    if (this.#end.signal.aborted) return;
    const held = performance.now() - this.#openedMs >= LONGEST_REOPEN_MS;
    if (held || by === "us") {
      this.#isReopening = true; // calls wait for it: it is expected to succeed
      this.#reopen(FIRST_REOPEN_MS);
    } else this.#reopenAfter(FIRST_REOPEN_MS);
    this.#onRoom();
  }

  #reopen(nextWaitMs: number): void {
    this.open()
      .catch((error: Error) => {
        this.#lost = error;
        this.#reopenAfter(nextWaitMs);
      })
      .finally(() => {
        this.#isReopening = false;
        this.#onRoom();
      });
  }

  #reopenAfter(waitMs: number): void {
    if (this.#end.signal.aborted) return;
    const nextWaitMs = Math.min(2 * waitMs, LONGEST_REOPEN_MS);
    this.#timer = setTimeout(() => this.#reopen(nextWaitMs), waitMs);
  }
}
