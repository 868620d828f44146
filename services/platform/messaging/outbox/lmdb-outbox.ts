import { present } from "../../../model/invariant.ts";
import { readU64, u64Key } from "../../storage/lmdb/keys.ts";
import type { Lmdb } from "../../storage/lmdb/open.ts";
import type { KeyRange, Table } from "../../storage/lmdb/table.ts";
import type { GroupSink, WriteTx } from "../../storage/lmdb/write-set.ts";
import type { Destination } from "../bus.ts";
import type { Outbox, OutboxItem } from "./outbox.ts";
import {
  countOutboxItems,
  decodeOutboxRow,
  encodeOutboxRow,
  type QueuedPayload,
} from "./outbox-row.ts";

/**
 * The outbox inside an LMDB environment: an item is stored by the transaction that stores the change.
 * All items of one group commit share a row, so a busy process pays one more write a group, not a post.
 */
export class LmdbOutbox implements Outbox<bigint>, GroupSink<QueuedPayload> {
  readonly #lmdb: Lmdb;
  readonly #rows: Table;
  readonly #wakers = new Set<() => void>();
  /** The position of the next item. A row's key is the position of its first. */
  #next: bigint;

  constructor(lmdb: Lmdb, name = "outbox") {
    this.#lmdb = lmdb;
    this.#rows = lmdb.table(name);
    this.#next = 1n;
    for (const row of this.#readRows({ reverse: true, limit: 1 }))
      this.#next = present(row.at(-1)).position + 1n;
  }

  /** Adds an event to the transaction in hand. */
  add(tx: WriteTx, queue: Destination, payload: Uint8Array): void {
    tx.gather(this, { queue, payload });
  }

  write(tx: WriteTx, items: readonly QueuedPayload[]): void {
    tx.put(
      this.#rows,
      u64Key(this.#next),
      encodeOutboxRow(items.map((item, index) => ({ ...item, index }))),
    );
    this.#next += BigInt(items.length);
  }

  durable(): void {
    for (const wake of this.#wakers) wake();
  }

  async read(limit: number): Promise<readonly OutboxItem<bigint>[]> {
    const items: OutboxItem<bigint>[] = [];
    for (const row of this.#readRows({ limit })) {
      items.push(...row);
      if (items.length >= limit) break;
    }
    return items.slice(0, limit);
  }

  async published(items: readonly OutboxItem<bigint>[]): Promise<void> {
    const gone = new Set(items.map((item) => item.position));
    const last = items.at(-1);
    if (!last) return;
    // Rows behind the last item's stay unread: while the bus is slow there may be millions of items in them.
    const touched = [...this.#readRows({ before: u64Key(last.position + 1n) })].filter((row) =>
      row.some(({ position }) => gone.has(position)),
    );
    await this.#lmdb.commit((tx) => {
      for (const row of touched) this.#keep(tx, row, gone);
    });
  }

  onWrite(wake: () => void): () => void {
    this.#wakers.add(wake);
    return () => this.#wakers.delete(wake);
  }

  async depth(): Promise<number> {
    let count = 0;
    for (const { value } of this.#rows.entries({})) count += countOutboxItems(value);
    return count;
  }

  /** Rewrites a row without the items that are gone, or removes it. */
  #keep(tx: WriteTx, row: readonly RowItem[], gone: ReadonlySet<bigint>): void {
    const key = u64Key(row[0].rowKey);
    const left = row.filter(({ position }) => !gone.has(position));
    if (left.length === 0) tx.remove(this.#rows, key);
    else tx.put(this.#rows, key, encodeOutboxRow(left));
  }

  *#readRows(range: KeyRange): Iterable<readonly RowItem[]> {
    for (const { key, value } of this.#rows.entries(range)) {
      const rowKey = readU64(key);
      yield decodeOutboxRow(value).map((item) => ({
        ...item,
        rowKey,
        position: rowKey + BigInt(item.index),
      }));
    }
  }
}

interface RowItem extends OutboxItem<bigint> {
  readonly rowKey: bigint;
  readonly index: number;
}
