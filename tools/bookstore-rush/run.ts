import type { Book, OrderLine, PlaceOrderRequest } from "#gen/bookstore/v1/bookstore.ts";
import { bookNumber } from "../../services/bookstore/testing/books.ts";
import { present } from "../../services/model/invariant.ts";
import { systemClock } from "../../services/platform/clock/system-clock.ts";
import { inParallel } from "../../services/platform/concurrency/in-parallel.ts";
import { DomainError } from "../../services/platform/grpc/errors/errors.ts";
import { seededRandom } from "../../services/platform/storage/log/testing/random.ts";
import { type Bought, buy } from "./call.ts";
import type { RushStore } from "./store-process.ts";

export interface RushPlan {
  readonly buyers: number;
  readonly books: number;
  /** Of each book. */
  readonly copies: number;
  /** At most so many books in one order. */
  readonly linesPerOrder: number;
  readonly seed: number;
  /** How often the store is killed meanwhile. */
  readonly kills: number;
  /** Calls at one time. */
  readonly atOnce: number;
  readonly timeoutMs: number;
}

export interface Rush {
  readonly bought: readonly Bought[];
  /** As they stand when all is over. */
  readonly books: readonly Book[];
  readonly kills: number;
}

const LOOK_AGAIN_MS = 100;
/** Of an order that was decided before a crash, whose shards learn of it after it: many times what that takes. */
const SETTLED_WITHIN_MS = 60_000;
const PRICE_CENTS = 1_999n;
/** Books of one run are unlike those of another against the same store. */
const BOOKS_PER_RUN = 1_000;
const RUNS = 900_000;

/** Puts books on sale, lets all buyers loose at once, and looks at what is left. */
export async function rush(store: RushStore, plan: RushPlan): Promise<Rush> {
  const run = (Date.now() + plan.seed) % RUNS;
  const ids = Array.from({ length: plan.books }, (_, i) =>
    BigInt(bookNumber(run * BOOKS_PER_RUN + i)),
  );
  const limits = { timeoutMs: plan.timeoutMs };
  const putOnSale = async (bookId: bigint, i: number, signal: AbortSignal) =>
    onceReached(signal, () =>
      store.store().addBook({
        isbn: String(bookId),
        title: `Rush ${i + 1}`,
        author: "Everybody",
        priceCents: PRICE_CENTS,
        copies: BigInt(plan.copies),
      }),
    );
  await inParallel(10, ids, putOnSale, limits);
  // Every connection is open before the clock starts.
  const warm = Array.from({ length: plan.atOnce }, () => ids[0]);
  await inParallel(plan.atOnce, warm, (id, _, signal) => bookOf(store, id, signal), limits);
  const killer = killerOf(store, plan);
  const orders = ordersOf(plan, ids, run);
  const buying = inParallel(
    plan.atOnce,
    orders,
    async (order, _, signal) => {
      const deps = { store: store.store, now: () => performance.now(), delay: systemClock.delay };
      const one = await buy(order, { ...deps, signal });
      killer.strike();
      return one;
    },
    { timeoutMs: plan.timeoutMs },
  );
  // All have asked, and nobody has been answered.
  killer.strike();
  const bought = await buying;
  const kills = await killer.done();
  const endMs = performance.now() + Math.min(SETTLED_WITHIN_MS, plan.timeoutMs / 2);
  const stands = (bookId: bigint, _: number, signal: AbortSignal) =>
    settledBook(store, bookId, signal, endMs);
  const books = await inParallel(10, ids, stands, limits);
  return { bought, books, kills };
}

/** The book once no order that is decided keeps copies of it aside; or as it stands when the time is up. */
async function settledBook(
  store: RushStore,
  bookId: bigint,
  signal: AbortSignal,
  endMs: number,
): Promise<Book> {
  for (;;) {
    const book = await bookOf(store, bookId, signal);
    if (book.reservedCopies === 0n || performance.now() >= endMs) return book;
    await systemClock.delay(LOOK_AGAIN_MS);
  }
}

/** The book as it stands. */
function bookOf(store: RushStore, bookId: bigint, signal: AbortSignal): Promise<Book> {
  return onceReached(signal, async () => present((await store.store().getBook({ bookId })).book));
}

/** The answer, once somebody owns what is asked about: not yet after a start, nor after a crash. */
async function onceReached<T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== "UNAVAILABLE") throw error;
      await systemClock.delay(LOOK_AGAIN_MS);
    }
  }
}

/** Each buyer wants one to `linesPerOrder` books, one copy each; the first books are wanted most. */
function ordersOf(
  plan: RushPlan,
  ids: readonly bigint[],
  run: number,
): readonly PlaceOrderRequest[] {
  const random = seededRandom(plan.seed);
  return Array.from({ length: plan.buyers }, (_, i) => {
    const count = 1 + Math.floor(random() * Math.min(plan.linesPerOrder, ids.length));
    const wanted = new Set<bigint>();
    while (wanted.size < count) wanted.add(ids[Math.floor(random() ** 2 * ids.length)]);
    const lines = [...wanted].map(
      (bookId): OrderLine => ({ bookId, copies: 1, priceCents: PRICE_CENTS }),
    );
    return { buyerId: BigInt(i + 1), idempotencyKey: `rush-${run}-${i}`, lines };
  });
}

/** Kills the store while all wait, and then with the first answer that it gives each time when it is back. */
function killerOf(store: RushStore, { kills }: RushPlan) {
  let killed = 0;
  let crashing: Promise<void> | undefined;
  return {
    strike: () => {
      if (killed >= kills || crashing) return;
      killed++;
      crashing = store.crash();
      // A failure is told by `done`.
      crashing.then(
        () => {
          crashing = undefined;
        },
        () => {},
      );
    },
    /** Resolves when the store is up; to how often it was killed. */
    done: async () => {
      await crashing;
      return killed;
    },
  };
}
