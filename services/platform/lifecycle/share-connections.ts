import type { Server, Socket } from "node:net";
import type { Logger } from "../telemetry/logger.ts";
import { thinned } from "../telemetry/thinned.ts";
import { networkOf } from "./network-of.ts";

/** A flood of refused connections is one line in so long, ms. */
const REFUSALS_EVERY_MS = 1_000;
/** Between two looks at who has the most, ms: of thousands of addresses one costs something. */
const LOOK_EVERY_MS = 100;
/** Connections that are about to be ended, beside those that stay. */
const ENDING = 1_024;

/**
 * Bounds connections, and shares them by address: when all are taken and one more comes, it takes the place of the oldest
 * of the address that has the most; whoever comes from there, or has as many, is refused. So nobody keeps others out who
 * has not as many addresses as there are places. With a line in the log, where there is one, that counts them.
 */
export function shareConnections(server: Server, maxConnections: number, log?: Logger): void {
  const tell = thinned(REFUSALS_EVERY_MS, (from: string | undefined, refusedCount) => {
    log?.warn({ maxConnections, refusedCount, from }, "connections refused: too many are open");
  });
  const places = new Places();
  server.maxConnections = maxConnections + ENDING;
  server.on("drop", (dropped) => tell(dropped?.remoteAddress));
  server.on("connection", (socket: Socket) => {
    const { remoteAddress } = socket;
    // It has gone already.
    if (remoteAddress === undefined) return;
    const place = places.take(socket, networkOf(remoteAddress));
    if (places.taken <= maxConnections) return;
    const ended = places.oldestOfMost(place.all.size) ?? place;
    tell(ended.socket.remoteAddress);
    places.leave(ended);
    ended.socket.destroy();
  });
}

/** One connection, among all of its address. */
interface Place {
  readonly socket: Socket;
  readonly address: string;
  readonly all: Set<Place>;
}

class Places {
  readonly #byAddress = new Map<string, Set<Place>>();
  #taken = 0;
  #most: ReadonlySet<Place> = new Set();
  #lookedMs = Number.NEGATIVE_INFINITY;

  get taken(): number {
    return this.#taken;
  }

  take(socket: Socket, address: string): Place {
    const all = this.#byAddress.getOrInsertComputed(address, () => new Set());
    const place = { socket, address, all };
    all.add(place);
    this.#taken++;
    if (all.size > this.#most.size) this.#most = all;
    socket.once("close", () => this.leave(place));
    return place;
  }

  /** Without effect when it has left. */
  leave(place: Place): void {
    if (!place.all.delete(place)) return;
    this.#taken--;
    if (place.all.size === 0) this.#byAddress.delete(place.address);
  }

  /** The oldest connection of the address that has the most; undefined: none has more than so many. */
  oldestOfMost(than: number): Place | undefined {
    const nowMs = performance.now();
    if (this.#most.size <= than && nowMs - this.#lookedMs >= LOOK_EVERY_MS) {
      this.#lookedMs = nowMs;
      for (const all of this.#byAddress.values()) if (all.size > this.#most.size) this.#most = all;
    }
    if (this.#most.size <= than) return undefined;
    const [oldest] = this.#most;
    return oldest;
  }
}
