import type { Clock } from "../../../platform/clock/clock.ts";
import type { PartHolders } from "../../ports.ts";
import { orderIdOf } from "../ids.ts";
import type { Ledger, Turn } from "../ledger/ledger.ts";
import type { OrderDraft } from "../orders/order.ts";
import { isOpening, type Position, REFUSED, RETURNED, SOLD } from "../orders/states.ts";
import { finishOpening, openOrder } from "../shard/open-order.ts";
import { settleOrder } from "../shard/parts.ts";
import type { Refusal } from "../shard/refusal.ts";
import type { Shard } from "../shard/shard.ts";
import { nextStep, type OrderAtHome } from "./next-step.ts";

export interface SettlerDeps {
  readonly ledger: Ledger;
  readonly holders: PartHolders;
  readonly clock: Clock;
  /** Before a shard that did not answer is told again, ms. */
  readonly retryMs: number;
}

/** What is known of an order while its steps are taken. */
interface Going {
  readonly held: Set<number>;
  readonly told: Map<number, Position>;
  refusal: Refusal | undefined;
}

/** What is told of an order that stands. */
export type LookAt<T> = (shard: Shard, slot: number) => T;

const ALWAYS: Turn = { deadlineMs: Number.POSITIVE_INFINITY };

/** Takes the orders of one home shard through the steps that their other shards need. */
export class Settler {
  readonly #deps: SettlerDeps;
  readonly #opening = new Map<number, Promise<Refusal | undefined>>();
  readonly #settling = new Map<number, Promise<void>>();
  readonly #stopped = new AbortController();

  constructor(deps: SettlerDeps) {
    this.#deps = deps;
  }

  /** Orders whose other shards are being asked or told. */
  get going(): number {
    return this.#opening.size + this.#settling.size;
  }

  /** After a load: what was not decided is refused, and what was decided is told. */
  recover(): void {
    const { orders, unsettled } = this.#deps.ledger.shard.state;
    for (const slot of unsettled) {
      if (!isOpening(orders.state(slot))) continue;
      const shard = this.#deps.ledger.shard.state.place.shard;
      void this.#open(slot, { reason: "SHARD_AWAY", shard }).catch(() => {});
    }
    this.look();
  }

  /** Tells other shards of every order that has changed. Call it after each group. */
  look(): void {
    const { orders, unsettled } = this.#deps.ledger.shard.state;
    if (this.#stopped.signal.aborted) return;
    for (const slot of unsettled) {
      if (isOpening(orders.state(slot)) || this.#settling.has(slot)) continue;
      const settling = this.#settle(slot).finally(() => this.#settling.delete(slot));
      this.#settling.set(slot, settling);
      settling.catch(() => {}); // stopped: whoever has the shard next goes on
    }
  }

  /** Places or reserves: what `look` finds of the order in the turn in which it stands, or why it does not. */
  async place<T extends object>(
    draft: OrderDraft,
    turn: Turn,
    look: LookAt<T>,
  ): Promise<T | Refusal> {
    const opened = await this.#deps.ledger.submit((shard) => {
      const slot = openOrder(shard, draft);
      if (typeof slot !== "number" || isOpening(shard.state.orders.state(slot))) return slot;
      return look(shard, slot);
    }, turn);
    return typeof opened === "number" ? this.whenOpen(opened, draft, turn, look) : opened;
  }

  /** Of an order that was opening in its turn: what `look` finds once it stands; or why it was refused. */
  async whenOpen<T extends object>(
    slot: number,
    draft: OrderDraft,
    turn: Turn,
    look: LookAt<T>,
  ): Promise<T | Refusal> {
    const { ledger } = this.#deps;
    const wasOpening = isOpening(ledger.shard.state.orders.state(slot));
    const refusal = wasOpening ? await this.#open(slot) : undefined;
    if (refusal) return refusal;
    // A later group, or that of an earlier call with the key, may not be durable yet.
    const found = await ledger.read((shard) =>
      shard.state.orders.state(slot) === REFUSED ? undefined : look(shard, slot),
    );
    // Nothing is kept of a refusal, so that the key may try again.
    return found ?? this.place(draft, turn, look);
  }

  /** Resolves when no other shard needs to be asked or told. */
  async settled(): Promise<void> {
    for (this.look(); this.going > 0; this.look()) {
      await Promise.allSettled([...this.#opening.values(), ...this.#settling.values()]);
    }
  }

  stop(): void {
    this.#stopped.abort(new Error("the shard is leaving this process"));
  }

  #open(slot: number, refusal?: Refusal): Promise<Refusal | undefined> {
    return this.#opening.getOrInsertComputed(slot, () =>
      this.#takeOpening(slot, refusal).finally(() => this.#opening.delete(slot)),
    );
  }

  async #takeOpening(slot: number, refusal?: Refusal): Promise<Refusal | undefined> {
    const { ledger } = this.#deps;
    const going: Going = { held: new Set(), told: new Map(), refusal };
    for (;;) {
      const step = nextStep(this.#atHome(slot), going);
      if (step.kind === "hold") {
        await Promise.all(step.shards.map((shard) => this.#hold(slot, shard, going)));
      } else if (step.kind === "finish") {
        await ledger.submit((shard) => finishOpening(shard, slot, step.isHeld), ALWAYS);
        return going.refusal;
      } else return going.refusal;
    }
  }

  async #hold(slot: number, shard: number, going: Going): Promise<void> {
    const { ledger, holders } = this.#deps;
    const { state } = ledger.shard;
    const lines = state.orders.lines(slot).filter(({ bookId }) => state.shardOf(bookId) === shard);
    try {
      const refusal = await holders.hold(shard, this.#idOf(slot), lines);
      if (refusal) going.refusal ??= refusal;
      else going.held.add(shard);
    } catch {
      // It may have held or not: settling brings it to where the order stands.
      going.refusal ??= { reason: "SHARD_AWAY", shard };
    }
  }

  async #settle(slot: number): Promise<void> {
    const { ledger, clock, retryMs } = this.#deps;
    const going: Going = { held: new Set(), told: new Map(), refusal: undefined };
    for (;;) {
      this.#stopped.signal.throwIfAborted();
      const step = nextStep(this.#atHome(slot), going);
      if (step.kind === "settle") {
        const tell = (shard: number) => this.#tell(slot, shard, step.isSold, going);
        const told = await Promise.all(step.shards.map(tell));
        if (told.includes(false)) await clock.delay(retryMs, this.#stopped.signal);
      } else if (step.kind === "remember") {
        await ledger.submit((shard) => settleOrder(shard, slot, step.position), ALWAYS);
      } else return;
    }
  }

  async #tell(slot: number, shard: number, isSold: boolean, going: Going): Promise<boolean> {
    try {
      await this.#deps.holders.settle(shard, this.#idOf(slot), isSold);
      going.told.set(shard, isSold ? SOLD : RETURNED);
      return true;
    } catch {
      return false;
    }
  }

  #atHome(slot: number): OrderAtHome {
    const { state } = this.#deps.ledger.shard;
    return {
      state: state.orders.state(slot),
      isUnsettled: state.unsettled.has(slot),
      others: state.otherShards(slot),
    };
  }

  #idOf(slot: number): number {
    return orderIdOf(slot, this.#deps.ledger.shard.state.place.shard);
  }
}
