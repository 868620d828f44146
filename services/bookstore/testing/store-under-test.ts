import { afterAll, beforeAll, beforeEach } from "vitest";
import { BookstoreServiceService } from "#gen/bookstore/v1/bookstore.ts";
import type { Client } from "../../platform/grpc/call.ts";
import { type Channel, connect, createClient } from "../../platform/grpc/client/client.ts";
import { createLogger } from "../../platform/telemetry/logger.ts";
import type { BookstoreService } from "../create.ts";
import { shardOfBook } from "../domain/ids.ts";
import { bookNumber } from "./books.ts";

type Env = Readonly<Record<string, string>>;

/** Where a bookstore stores: empty at first, and still there when it starts again. */
export interface BookstoreWorld {
  start(env: Env): Promise<BookstoreService>;
  /** After the service was closed. */
  remove(): Promise<void>;
}

export const PRICE = 1_999n;

export interface SentLine {
  readonly bookId: bigint;
  readonly copies: number;
  readonly priceCents: bigint;
}

export function line(bookId: bigint, copies = 1): SentLine {
  return { bookId, copies, priceCents: PRICE };
}

const log = createLogger("test", "silent");

/** A bookstore over a real server, for the tests of one suite: each has books and a buyer of its own. */
export class StoreUnderTest {
  #world: BookstoreWorld | undefined;
  #service: BookstoreService | undefined;
  #channel: Channel | undefined;
  #store: Client<typeof BookstoreServiceService> | undefined;
  /** Of the newest book. */
  number = 0;
  buyerId = 0n;

  /** To be called where tests are declared. */
  constructor(open: () => Promise<BookstoreWorld>) {
    beforeAll(async () => {
      this.#world = await open();
      await this.start();
    });
    beforeEach(() => {
      this.buyerId += 1_000n;
    });
    afterAll(async () => {
      await this.stop();
      await this.#world?.remove();
    });
  }

  get service(): BookstoreService {
    return started(this.#service);
  }

  get client(): Client<typeof BookstoreServiceService> {
    return started(this.#store);
  }

  async start(env: Env = {}): Promise<void> {
    this.#service = await started(this.#world).start(env);
    this.#channel = connect(this.service.address, { log, defaultDeadlineMs: 20_000 });
    this.#store = createClient(BookstoreServiceService, this.#channel);
  }

  async stop(): Promise<void> {
    this.#channel?.close();
    await this.service.close();
  }

  /** A new book; `elsewhere`: in another shard than this one, when there are several. */
  async book(copies: bigint, elsewhere?: bigint): Promise<bigint> {
    const { shardCount } = this.service.shards;
    const shardOf = (bookId: number) => shardOfBook(bookId, shardCount);
    const isWrong = () =>
      elsewhere !== undefined &&
      shardCount > 1 &&
      shardOf(bookNumber(this.number)) === shardOf(Number(elsewhere));
    do this.number++;
    while (isWrong());
    const isbn = String(bookNumber(this.number));
    const book = { isbn, title: `Book ${this.number}`, author: "Ann", priceCents: PRICE, copies };
    await this.client.addBook(book);
    return BigInt(isbn);
  }

  place(idempotencyKey: string, ...lines: SentLine[]) {
    return this.client.placeOrder({ buyerId: this.buyerId, idempotencyKey, lines });
  }

  /** Available, reserved and sold. */
  async counts(bookId: bigint): Promise<readonly (bigint | undefined)[]> {
    const { book } = await this.client.getBook({ bookId });
    return [book?.availableCopies, book?.reservedCopies, book?.soldCopies];
  }
}

function started<T>(part: T | undefined): T {
  if (part === undefined) throw new Error("the bookstore is not started");
  return part;
}
