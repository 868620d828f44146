import { present } from "../../../services/model/invariant.ts";
import type { Dial } from "../connect-to.ts";
import type { Call, Done, Driver, MicroClock, Targets } from "../driver.ts";
import type { Cancel } from "../line.ts";
import { type DriverLine, type DriverOptions, openPooledDriver } from "../pooled-driver.ts";
import { type Method, openRawConnection } from "./connection.ts";
import { methodsAt } from "./raw-driver.ts";

const RESOURCE_EXHAUSTED = 8;
const UNAVAILABLE = 14;

/**
 * Each call opens a connection of its own, goes alone over it and closes it, as in a connection storm. At
 * most `connections` are open to an address at once, and more calls wait for one as for a stream slot.
 * Written is when the call's frame was; that the connection took time until then is the target's doing,
 * and so it is counted as waiting for flow control: in the response, never in the lateness.
 */
export function openFreshConnectionDriver(
  targets: Targets,
  options: DriverOptions,
): Promise<Driver> {
  return openPooledDriver({
    name: "fresh HTTP/2 connections",
    targets,
    options: { ...options, connections: 1 },
    callsPerLine: options.connections,
    lineTo: (address, clock, onRoom) =>
      new FreshConnections({
        address,
        methods: methodsAt(address, targets, options),
        dial: options.dial,
        most: options.connections,
        clock,
        onRoom,
      }),
  });
}

interface FreshConnectionsPlan {
  readonly address: string;
  readonly methods: readonly (Method | undefined)[];
  readonly dial: Dial | undefined;
  readonly most: number;
  readonly clock: MicroClock;
  readonly onRoom: () => void;
}

class FreshConnections implements DriverLine {
  readonly #plan: FreshConnectionsPlan;
  readonly #ends = new Set<AbortController>();

  constructor(plan: FreshConnectionsPlan) {
    this.#plan = plan;
  }

  /** Whether the target is there at all. */
  async open(): Promise<void> {
    const end = this.#begin();
    try {
      await openRawConnection(this.#plan.address, {}, end.signal, this.#plan.dial);
    } finally {
      this.#end(end);
    }
  }

  tryWrite(call: Call, done: Done): Cancel | "slot" {
    const { most, clock } = this.#plan;
    if (this.#ends.size >= most) return "slot";
    const end = this.#begin();
    const begunMicros = clock.nowMicros();
    const chargeOpening = () => {
      call.flowWaitMicros += clock.nowMicros() - begunMicros;
    };
    const answered: Done = (status, message) => {
      if (!this.#ends.has(end)) return; // it was given up
      this.#ends.delete(end);
      end.abort();
      done(status, message);
      this.#plan.onRoom();
    };
    this.#sendOver(end, call, chargeOpening, answered);
    return () => {
      if (call.writtenMicros < 0) chargeOpening();
      this.#end(end);
    };
  }

  close(): void {
    for (const end of [...this.#ends]) end.abort();
  }

  async #sendOver(end: AbortController, call: Call, chargeOpening: () => void, answered: Done) {
    const { address, methods, clock, dial } = this.#plan;
    const opening = openRawConnection(address, {}, end.signal, dial).catch(() => undefined);
    const connection = await opening;
    if (!this.#ends.has(end)) return;
    chargeOpening();
    if (!connection) return answered(UNAVAILABLE, undefined);
    const stream = connection.send(present(methods[call.operation]), call, answered);
    if (stream === 0)
      answered(RESOURCE_EXHAUSTED, undefined); // the server takes nothing at all
    else call.writtenMicros = clock.nowMicros();
  }

  #begin(): AbortController {
    const end = new AbortController();
    this.#ends.add(end);
    return end;
  }

  #end(end: AbortController): void {
    this.#ends.delete(end);
    end.abort();
    this.#plan.onRoom();
  }
}
