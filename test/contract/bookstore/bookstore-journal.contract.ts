import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { RecordWriter } from "../../../services/bookstore/domain/records/record-writer.ts";
import { ShardState } from "../../../services/bookstore/domain/shard/shard-state.ts";
import { snapshotOf } from "../../../services/bookstore/domain/shard/snapshot.ts";
import type { Journal, Journals } from "../../../services/bookstore/ports.ts";
import { bookNumber } from "../../../services/bookstore/testing/books.ts";

const BOOK = bookNumber(1);

/** Where journals are kept; each test has a shard of its own. */
export interface JournalWorld {
  /** Journals as a process that has just started has them. */
  start(): Promise<Journals>;
  remove(): Promise<void>;
}

/** A shard in memory and its journal, changed together. */
export class JournaledShard {
  readonly state = new ShardState({ shard: 0, shardCount: 1 });
  #journal: Journal | undefined;

  static async open(journals: Journals, shard: number): Promise<JournaledShard> {
    const opened = new JournaledShard();
    opened.#journal = await journals.open(shard, opened.state);
    return opened;
  }

  get journal(): Journal {
    if (!this.#journal) throw new Error("not open");
    return this.#journal;
  }

  /** The price tells which group was the last; resolves when the group is durable. */
  async setPrice(priceCents: number): Promise<void> {
    const records = new RecordWriter(this.journal.headerBytes);
    for (const to of [records, this.state]) {
      if (this.state.books.size === 0 && to === records) to.bookAdded(bookOf(priceCents));
      else if (this.state.books.size === 0) to.bookAdded(bookOf(priceCents));
      else to.priceSet(BOOK, priceCents);
    }
    await this.journal.append(records.view());
  }

  get price(): number {
    return this.state.books.get(BOOK)?.priceCents ?? 0;
  }
}

function bookOf(priceCents: number) {
  return { bookId: BOOK, title: "T", author: "A", priceCents, copies: 1 };
}

/** What every journal promises. */
export function journalContract(name: string, open: () => Promise<JournalWorld>): void {
  describe(`the journal of a shard, ${name}`, () => {
    let world: JournalWorld;
    let journals: Journals;
    let shard = 0;

    beforeAll(async () => {
      world = await open();
      journals = await world.start();
    });
    beforeEach(() => {
      shard++;
    });
    afterAll(async () => {
      await journals.close();
      await world.remove();
    });

    /** As after a restart of the process. */
    const reopen = async (before: JournaledShard) => {
      await before.journal.close();
      await journals.close();
      journals = await world.start();
      return JournaledShard.open(journals, shard);
    };

    it("is empty at first", async () => {
      const opened = await JournaledShard.open(journals, shard);
      expect(opened.state.books.size).toBe(0);
      expect((await reopen(opened)).state.books.size).toBe(0);
    });

    it("gives its groups back in order, again and again", async () => {
      let opened = await JournaledShard.open(journals, shard);
      for (let price = 1; price <= 30; price++) {
        await opened.setPrice(price);
        if (price % 10 !== 0) continue;
        opened = await reopen(opened);
        expect(opened.price).toBe(price);
      }
    });

    it("stands on its snapshot, with the groups that came while it was written", async () => {
      const opened = await JournaledShard.open(journals, shard);
      for (let price = 1; price <= 5; price++) await opened.setPrice(price);
      const written = opened.journal.writeSnapshot(snapshotOf(opened.state));
      for (let price = 6; price <= 8; price++) await opened.setPrice(price);
      await written;
      await opened.setPrice(9);
      const after = await reopen(opened);
      expect(after.price).toBe(9);
      await after.journal.writeSnapshot(snapshotOf(after.state));
      expect((await reopen(after)).price).toBe(9);
    });

    it("keeps shards apart", async () => {
      const one = await JournaledShard.open(journals, shard);
      const two = await JournaledShard.open(journals, shard + 100);
      await one.setPrice(1);
      await two.setPrice(2);
      expect((await reopen(one)).price).toBe(1);
    });
  });
}
