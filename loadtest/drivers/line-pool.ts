import { present } from "../../services/model/invariant.ts";
import type { Call, Done, MicroClock } from "./driver.ts";
import { type Cancel, type Line, type Refusal, Turns } from "./line.ts";
import { SentAgain, UNSEEN } from "./sent-again.ts";
import { WaitQueue } from "./wait-queue.ts";

/** Lines that a call may take, and the calls that wait for one of them. */
interface Way {
  readonly line: Line;
  readonly queue: WaitQueue;
}

const UNAVAILABLE = 14;

/** The status of a call to which no connection is open. */
export type StatusOfLoss = (why: Error | undefined) => number;

interface LinePoolOptions {
  /** Called for each call that finds every line taken. */
  readonly onWait?: (call: Call) => void;
  /** UNAVAILABLE by default. */
  readonly statusOfLoss?: StatusOfLoss | undefined;
  /** Of a call that was refused unseen twice; UNAVAILABLE by default. */
  readonly statusOfRefusal?: number | undefined;
}

/**
 * Spreads calls over lines, round robin past those without room: over all lines, or over those of the
 * address that a call names. When none has room, calls wait, and whoever came first goes first; those
 * that wait for one address hold nobody up who wants another. When all lines of a call are closed, it
 * fails at once. One that the server refused unseen goes once more.
 */
export class LinePool {
  readonly #any: Way;
  readonly #byAddress: readonly Way[];
  readonly #ways: readonly Way[];
  readonly #statusOfLoss: StatusOfLoss;
  readonly #cancels = new Map<Call, Cancel>();
  readonly #onWait: (call: Call) => void;
  readonly #statusOfRefusal: number;
  readonly #sentAgain = new SentAgain();
  #order = 0;
  /** The order of the call that is being written now. */
  #writing = 0;
  #waiting = 0;

  /** Lines may be added to the lists. */
  constructor(
    linesByAddress: readonly (readonly Line[])[],
    clock: MicroClock,
    {
      onWait = () => {},
      statusOfLoss = () => UNAVAILABLE,
      statusOfRefusal = UNAVAILABLE,
    }: LinePoolOptions = {},
  ) {
    this.#onWait = onWait;
    this.#statusOfRefusal = statusOfRefusal;
    this.#statusOfLoss = statusOfLoss;
    this.#byAddress = linesByAddress.map((lines) => ({
      line: new Turns(lines),
      queue: new WaitQueue(clock),
    }));
    const unlessBehind = ({ line, queue }: Way): Line => ({
      get lost() {
        return line.lost;
      },
      tryWrite: (call, done) =>
        !queue.isEmpty && present(queue.first).order < this.#writing
          ? queue.cause
          : line.tryWrite(call, done),
    });
    this.#any = {
      line: new Turns(this.#byAddress.map(unlessBehind)),
      queue: new WaitQueue(clock),
    };
    this.#ways = [this.#any, ...this.#byAddress];
  }

  /** Calls that were refused unseen, and sent once more. */
  get sentAgain(): number {
    return this.#sentAgain.count;
  }

  /** Throws when the call names an address that is not there. */
  send(call: Call, done: Done): void {
    const way = this.#wayOf(call);
    const order = this.#order++;
    const before = way.queue.isEmpty ? this.#any.queue : way.queue;
    const refusal = before.isEmpty ? this.#write(way, call, done, order) : before.cause;
    if (refusal === undefined) return;
    if (refusal === "closed") {
      done(this.#statusOfLoss(way.line.lost), undefined);
      return;
    }
    way.queue.keptBy(refusal);
    way.queue.push(call, done, order);
    this.#waiting++;
    if (refusal === "slot") this.#onWait(call);
  }

  /** To be called whenever a line may have room again, was opened or was closed. */
  roomMade(): void {
    const stuck = new Set<Way>();
    while (this.#waiting > 0) {
      const way = this.#earliest(stuck);
      if (!way) return;
      const waiter = present(way.queue.first);
      way.queue.charge(waiter.call);
      const refusal = this.#write(way, waiter.call, waiter.done, waiter.order);
      if (refusal === "slot" || refusal === "flow") {
        way.queue.keptBy(refusal);
        stuck.add(way);
        continue;
      }
      this.#leave(way, waiter.call);
      if (refusal === "closed") waiter.done(this.#statusOfLoss(way.line.lost), undefined);
    }
  }

  cancel(call: Call): void {
    const way = this.#wayOf(call);
    if (way.queue.charge(call)) {
      this.#leave(way, call);
      this.#sentAgain.over(call);
      this.roomMade(); // what waited behind it may fit where it did not
      return;
    }
    this.#sentAgain.over(call);
    const cancel = this.#cancels.get(call);
    this.#cancels.delete(call);
    cancel?.();
  }

  #wayOf({ operation, address }: Call): Way {
    if (address === undefined) return this.#any;
    const way = this.#byAddress[address];
    if (way) return way;
    throw new RangeError(
      `Operation ${operation} has ${this.#byAddress.length} addresses, and a step asks for number ${address}; they count from 0.`,
    );
  }

  #leave({ queue }: Way, call: Call): void {
    queue.remove(call);
    this.#waiting--;
  }

  /** The way whose first waiter came before those of all others. */
  #earliest(stuck: ReadonlySet<Way>): Way | undefined {
    let earliest: Way | undefined;
    let order = Number.POSITIVE_INFINITY;
    for (const way of this.#ways) {
      const { first } = way.queue;
      if (!first || first.order >= order || stuck.has(way)) continue;
      earliest = way;
      order = first.order;
    }
    return earliest;
  }

  #write({ line }: Way, call: Call, done: Done, order: number): Refusal | undefined {
    let over = false;
    const finish: Done = (status, ...answer) => {
      over = true;
      this.#cancels.delete(call);
      if (status !== UNSEEN) done(status, ...answer);
      else if (!this.#sentAgain.mayGo(call)) done(this.#statusOfRefusal, undefined);
      else this.send(call, this.#sentAgain.finishing(call, done));
    };
    this.#writing = order;
    const result = line.tryWrite(call, finish);
    if (typeof result !== "function") return result;
    if (!over) this.#cancels.set(call, result);
    return undefined;
  }
}
