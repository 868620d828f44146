import type { Clock } from "../clock/clock.ts";

/** For so long a connection is not read at most, ms: pings are to be answered. */
const LONGEST_STOP_MS = 1_000;

/** What Node reads a connection by. It has no word for it. */
interface Handle {
  readStop(): unknown;
  readStart(): unknown;
}

/** A socket, or the session of HTTP/2 that is on one. */
interface Connection {
  readonly destroyed: boolean;
  readonly socket?: object | undefined;
}

/** Stops reading a connection for a while: what is sent meanwhile waits with whoever sends it. */
export class Reading {
  readonly #connection: Connection;
  readonly #clock: Pick<Clock, "monotonicMs" | "delay">;
  #stoppedUntilMs = Number.NEGATIVE_INFINITY;
  #isStopped = false;

  constructor(connection: Connection, clock: Pick<Clock, "monotonicMs" | "delay">) {
    this.#connection = connection;
    this.#clock = clock;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** From now on; a stop that lasts longer goes on. True: it was read until now. */
  stopFor(ms: number): boolean {
    const untilMs = this.#clock.monotonicMs() + Math.min(LONGEST_STOP_MS, ms);
    this.#stoppedUntilMs = Math.max(this.#stoppedUntilMs, untilMs);
    const handle = ms > 0 ? handleOf(this.#connection) : undefined;
    if (!handle) return false;
    // Also one that is stopped: Node may have gone on with it, for what it had stopped it for itself.
    handle.readStop();
    if (this.#isStopped) return false;
    void this.#goOn(handle);
    return true;
  }

  /** When it is time. */
  async #goOn(handle: Handle): Promise<void> {
    this.#isStopped = true;
    for (;;) {
      const leftMs = this.#stoppedUntilMs - this.#clock.monotonicMs();
      if (leftMs <= 0) break;
      await this.#clock.delay(leftMs);
    }
    this.#isStopped = false;
    // Also where the session is over: what is left of its connection must see that the other end goes.
    handle.readStart();
  }
}

/** One a connection, for all who may stop it. */
export class Readings {
  readonly #clock: Pick<Clock, "monotonicMs" | "delay">;
  readonly #all = new WeakMap<Connection, Reading>();

  constructor(clock: Pick<Clock, "monotonicMs" | "delay">) {
    this.#clock = clock;
  }

  of(connection: Connection): Reading {
    return this.#all.getOrInsertComputed(connection, () => new Reading(connection, this.#clock));
  }
}

function handleOf(connection: Connection): Handle | undefined {
  if (connection.destroyed) return undefined;
  const handle: unknown = Reflect.get(connection.socket ?? connection, "_handle");
  return isHandle(handle) ? handle : undefined;
}

function isHandle(handle: unknown): handle is Handle {
  return (
    typeof handle === "object" && handle !== null && "readStop" in handle && "readStart" in handle
  );
}
