import type { Call, Done, MicroClock, Target } from "../driver.ts";
import type { Line, Refusal } from "../line-pool.ts";
import { type Method, openRawConnection, type RawConnection, rawMethod } from "./connection.ts";

const FIRST_REOPEN_MS = 50;
const LONGEST_REOPEN_MS = 1_000;

/** One connection that is opened again when it breaks. Calls are never sent again: only the line is. */
export class RawLine implements Line {
  readonly #address: string;
  readonly #methods: readonly (Method | undefined)[];
  readonly #clock: MicroClock;
  readonly #onRoom: () => void;
  #connection: RawConnection | undefined;
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  /** `targets` in the order of the operations; those at other addresses are not this line's. */
  constructor(address: string, targets: readonly Target[], clock: MicroClock, onRoom: () => void) {
    this.#address = address;
    this.#methods = targets.map((target) =>
      target.addresses.includes(address)
        ? rawMethod(address, target.path, {
            "grpc-timeout": `${target.timeoutMs}m`,
            ...target.headers,
          })
        : undefined,
    );
    this.#clock = clock;
    this.#onRoom = onRoom;
  }

  /** Rejects when the target can't be reached. */
  async open(): Promise<void> {
    let opened = false;
    const connection = await openRawConnection(this.#address, {
      onRoom: this.#onRoom,
      onClosed: () => opened && this.#lost(),
    });
    opened = true;
    if (this.#ended) return connection.close();
    if (connection.refusal(0) === "closed") return this.#reopen(FIRST_REOPEN_MS);
    this.#connection = connection;
    this.#onRoom();
  }

  tryWrite(call: Call, done: Done): (() => void) | Refusal {
    const connection = this.#connection;
    const method = this.#methods[call.operation];
    if (!connection || !method) return "closed";
    const stream = connection.send(method, call.message, done);
    if (stream === 0) return connection.refusal(call.message.length) ?? "slot";
    call.writtenMicros = this.#clock.nowMicros();
    return () => connection.cancel(stream);
  }

  close(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#connection?.close();
  }

  #lost(): void {
    this.#connection = undefined;
    if (!this.#ended) this.#reopen(FIRST_REOPEN_MS);
    this.#onRoom();
  }

  #reopen(afterMs: number): void {
    this.#timer = setTimeout(() => {
      this.open().catch(() => this.#reopen(Math.min(2 * afterMs, LONGEST_REOPEN_MS)));
    }, afterMs);
  }
}
