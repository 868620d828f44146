import { orderIdOf } from "../domain/ids.ts";
import {
  CANCELLED,
  isOpening,
  PLACED,
  type Position,
  positionOf,
} from "../domain/orders/states.ts";
import { RecordWriter } from "../domain/records/record-writer.ts";
import { replayRecords } from "../domain/records/replay.ts";
import { nextStep, type Progress } from "../domain/settling/next-step.ts";
import { finishOpening, openOrder } from "../domain/shard/open-order.ts";
import { holdPart, settleOrder, settlePart } from "../domain/shard/parts.ts";
import type { Refusal } from "../domain/shard/refusal.ts";
import { Shard } from "../domain/shard/shard.ts";
import { ShardState } from "../domain/shard/shard-state.ts";
import { addBook } from "../domain/shard/stock.ts";
import { booksOfShard } from "./books.ts";

/**
 * Every way in which two orders for the last copies of the same two books, each at home in another
 * shard, can go: messages late, lost and repeated, homes that crash between any two steps, buyers who
 * cancel. The shards are the real ones; only what carries messages is made up.
 */
export const COPIES = 1;
const SHARDS = 2;
const LIMITS = { maxBooks: 10, maxOrders: 10 };
export const BOOKS = [0, 1].map((shard) => booksOfShard(shard, SHARDS, 1)[0]);
const LINES = BOOKS.toSorted((a, b) => a - b).map((bookId) => ({
  bookId,
  copies: 1,
  priceCents: 100,
}));

interface Message {
  readonly kind: "hold" | "settle";
  readonly home: number;
  readonly isSold: boolean;
  /** The home has crashed since it sent it: nobody hears the answer. */
  readonly isStale: boolean;
}

/** What a home remembers of its order in memory only. */
interface Memory {
  readonly held: boolean;
  readonly told: Position | undefined;
  readonly refused: boolean;
  /** A message is on its way, as far as the home knows. */
  readonly asked: boolean;
}

export interface World {
  /** What each shard has durable. */
  readonly logs: readonly Buffer[];
  /** By home: the order of shard s is at home in s. */
  readonly memory: readonly Memory[];
  readonly network: readonly Message[];
  readonly faults: number;
  readonly cancels: number;
}

const FRESH: Memory = { held: false, told: undefined, refused: false, asked: false };
const AWAY: Refusal = { reason: "SHARD_AWAY", shard: 0 };
const ORDER_SLOT = 0;

export function firstWorld(faults: number, cancels: number): World {
  const logs = [0, 1].map((shard) =>
    change(Buffer.alloc(0), shard, (one) =>
      addBook(one, {
        bookId: BOOKS[shard],
        title: "T",
        author: "A",
        priceCents: 100,
        copies: COPIES,
      }),
    ),
  );
  return { logs, memory: [FRESH, FRESH], network: [], faults, cancels };
}

/** Worlds that differ elsewhere share a log, and so what it makes. */
const states = new WeakMap<Buffer, ShardState>();

/** To be looked at only. */
export function shardOf(world: World, shard: number): ShardState {
  const log = world.logs[shard];
  const known = states.get(log);
  if (known) return known;
  const state = replayed(log, shard);
  states.set(log, state);
  return state;
}

function replayed(log: Buffer, shard: number): ShardState {
  const state = new ShardState({ shard, shardCount: SHARDS });
  replayRecords(log, 0, state);
  return state;
}

/** Everything that can happen next, by name. */
export function* nextWorlds(world: World): Iterable<readonly [string, World]> {
  for (const home of [0, 1]) yield* homeSteps(world, home);
  for (const [i, message] of world.network.entries()) {
    const without = { ...world, network: world.network.toSpliced(i, 1) };
    yield [`deliver ${message.kind}`, delivered(without, message, true)];
    if (world.faults === 0) continue;
    const faulty = { ...without, faults: world.faults - 1 };
    yield ["lose a message", faulty];
    yield ["lose an answer", delivered(faulty, message, false)];
    yield ["repeat a message", delivered({ ...faulty, network: world.network }, message, true)];
  }
}

function* homeSteps(world: World, home: number): Iterable<readonly [string, World]> {
  const state = shardOf(world, home);
  const other = 1 - home;
  const memory = world.memory[home];
  if (state.orders.count === 0) {
    const draft = { buyerId: BigInt(home + 1), key: "k", lines: LINES, ttlMs: 0 };
    const opened = durable(world, home, (shard) => openOrder(shard, draft));
    // A refusal leaves nothing behind: the world is as before, and ends there.
    if (opened.logs[home].length > world.logs[home].length) yield ["open", opened];
    return;
  }
  if (world.faults > 0) {
    const refused = isOpening(state.orders.state(ORDER_SLOT));
    const network = world.network.map((one) =>
      one.home === home ? { ...one, isStale: true } : one,
    );
    const reborn = { ...world, faults: world.faults - 1, network };
    yield ["crash", remember(reborn, home, { ...FRESH, refused })];
  }
  if (world.cancels > 0 && state.orders.state(ORDER_SLOT) === PLACED) {
    const cancelled = durable(world, home, (shard) =>
      shard.tell((to) => to.orderChanged(ORDER_SLOT, CANCELLED, 1)),
    );
    yield ["cancel", remember({ ...cancelled, cancels: 0 }, home, { ...memory, asked: false })];
  }
  const order = {
    state: state.orders.state(ORDER_SLOT),
    isUnsettled: state.unsettled.has(ORDER_SLOT),
    others: [other],
  };
  const step = nextStep(order, progressOf(memory, other));
  if (step.kind === "hold" || step.kind === "settle") {
    const isSold = step.kind === "settle" && step.isSold;
    const message = { kind: step.kind, home, isSold, isStale: false };
    if (!memory.asked) {
      const sent = { ...world, network: [...world.network, message] };
      yield [`send ${step.kind}`, remember(sent, home, { ...memory, asked: true })];
    } else if (!world.network.some((one) => one.home === home && one.kind === step.kind)) {
      // No answer comes: a hold is given up, a settlement sent again.
      const refused = step.kind === "hold";
      yield ["wait in vain", remember(world, home, { ...memory, asked: false, refused })];
    } else if (step.kind === "hold" && world.faults > 0) {
      const late = { ...world, faults: world.faults - 1 };
      yield ["too late", remember(late, home, { ...memory, asked: false, refused: true })];
    }
  } else if (step.kind === "finish") {
    const finished = durable(world, home, (shard) => finishOpening(shard, ORDER_SLOT, step.isHeld));
    yield ["finish", remember(finished, home, { ...memory, asked: false })];
  } else if (step.kind === "remember") {
    yield [
      "remember",
      durable(world, home, (shard) => settleOrder(shard, ORDER_SLOT, step.position)),
    ];
  }
}

function delivered(world: World, message: Message, isHeard: boolean): World {
  const { home, kind, isSold } = message;
  const other = 1 - home;
  const orderId = orderIdOf(ORDER_SLOT, home);
  let answer: Refusal | undefined;
  const next = durable(world, other, (shard) => {
    const lines = LINES.filter(({ bookId }) => bookId === BOOKS[other]);
    if (kind === "hold") answer = holdPart(shard, orderId, lines);
    else settlePart(shard, orderId, isSold);
  });
  const memory = world.memory[home];
  if (!isHeard || message.isStale || !memory.asked) return next;
  const home_ = shardOf(next, home).orders.state(ORDER_SLOT);
  const heard = { ...memory, asked: false };
  if (kind === "hold") {
    const isOpen = isOpening(home_);
    return isOpen ? remember(next, home, { ...heard, held: !answer, refused: !!answer }) : next;
  }
  return remember(next, home, { ...heard, told: isSold ? "sold" : "returned" });
}

function progressOf(memory: Memory, other: number): Progress {
  return {
    held: new Set(memory.held ? [other] : []),
    told: new Map(memory.told ? [[other, memory.told]] : []),
    refusal: memory.refused ? AWAY : undefined,
  };
}

function durable(world: World, shard: number, work: (shard: Shard) => unknown): World {
  return { ...world, logs: world.logs.with(shard, change(world.logs[shard], shard, work)) };
}

function change(log: Buffer, place: number, work: (shard: Shard) => unknown): Buffer {
  const records = new RecordWriter();
  const shard = new Shard(replayed(log, place), records, LIMITS);
  shard.begin(1);
  work(shard);
  return records.length === 0 ? log : Buffer.concat([log, records.view()]);
}

function remember(world: World, home: number, memory: Memory): World {
  return { ...world, memory: world.memory.with(home, memory) };
}

/** What distinguishes one world from another for all that may still happen. */
export function keyOf(world: World): string {
  const shards = [0, 1].map((shard) => {
    const { books, orders, parts, unsettled } = shardOf(world, shard);
    const counts = [...books.values()].map((book) => [book.available, book.reserved, book.sold]);
    const states = Array.from({ length: orders.count }, (_, slot) => orders.state(slot));
    const held = [...parts].map(([id, { position }]) => [id, position]);
    return [counts, states, held, [...unsettled]];
  });
  const network = world.network.map((message) => JSON.stringify(message)).sort();
  const { memory, faults, cancels } = world;
  return JSON.stringify([shards, network, memory, faults, cancels]);
}

/** Where the copies of an order are, at its home and at its other shard. */
export function positionsOf(world: World, home: number): readonly (Position | undefined)[] {
  const { orders } = shardOf(world, home);
  const part = shardOf(world, 1 - home).parts.get(orderIdOf(ORDER_SLOT, home));
  return [orders.count > 0 ? positionOf(orders.state(ORDER_SLOT)) : undefined, part?.position];
}
