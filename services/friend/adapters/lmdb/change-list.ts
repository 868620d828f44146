import { idAt } from "../../../model/wire/id-pairs.ts";
import type { Table } from "../../../platform/storage/lmdb/table.ts";
import type { WriteTx } from "../../../platform/storage/lmdb/write-set.ts";
import { insertId, isIdAt, lowerBound, NO_IDS, removeId } from "../../domain/sorted-ids.ts";
import {
  chunkKey,
  encodeChunk,
  encodeRoot,
  type ListRoot,
  MAX_CHUNK_IDS,
  rootKey,
  viewed,
} from "./list-layout.ts";
import { chunkIndexOf, readChunk, readRoot } from "./read-list.ts";

/** Puts `friend` on the list, or takes them off, inside a transaction. False: nothing to change. */
export function changeList({
  tx,
  table,
  user,
  friend,
  kind,
}: {
  readonly tx: WriteTx;
  readonly table: Table;
  readonly user: bigint;
  readonly friend: bigint;
  readonly kind: "add" | "remove";
}): boolean {
  const root = readRoot((key) => tx.get(table, key), user, viewed);
  const list = new ListInTx(tx, table, user, root);
  const isFlat = root.bounds.length === 0;
  const chunkIndex = chunkIndexOf(root.bounds, friend);
  const ids = isFlat ? root.ids : list.chunk(chunkIndex);
  const index = lowerBound(ids, friend);
  const isThere = isIdAt(ids, index, friend);
  if (isThere === (kind === "add")) return false;
  const changed = isThere ? removeId(ids, index) : insertId(ids, index, friend);
  const count = root.count + (isThere ? -1 : 1);
  if (isFlat) list.writeFlat(changed, count);
  else list.writeChunk(chunkIndex, changed, count);
  return true;
}

/** One list as a transaction sees and changes it. */
class ListInTx {
  readonly #tx: WriteTx;
  readonly #table: Table;
  readonly #user: bigint;
  readonly #root: ListRoot;

  constructor(tx: WriteTx, table: Table, user: bigint, root: ListRoot) {
    this.#tx = tx;
    this.#table = table;
    this.#user = user;
    this.#root = root;
  }

  chunk(index: number): Uint32Array {
    const bound = idAt(this.#root.bounds, index);
    return this.#read(bound);
  }

  /** A list without chunks: stays so, gets its first two, or ends. */
  writeFlat(ids: Uint32Array, count: number): void {
    if (count === 0) this.#tx.remove(this.#table, rootKey(this.#user));
    else if (count <= MAX_CHUNK_IDS) this.#putRoot({ count, ids, bounds: NO_IDS });
    else this.#putRoot({ count, ids: NO_IDS, bounds: this.#putHalves(ids) });
  }

  /** A list of chunks: one of them changed, and is split when too long, or goes when empty. */
  writeChunk(index: number, ids: Uint32Array, count: number): void {
    const { bounds } = this.#root;
    const key = chunkKey(this.#user, idAt(bounds, index));
    if (ids.length > 0 && ids.length / 2 <= MAX_CHUNK_IDS) {
      this.#tx.put(this.#table, key, encodeChunk(ids));
      this.#putRoot({ count, ids: NO_IDS, bounds });
      return;
    }
    this.#tx.remove(this.#table, key);
    const left = removeId(bounds, index);
    if (ids.length > 0)
      this.#putRoot({ count, ids: NO_IDS, bounds: this.#withHalves(left, index, ids) });
    else if (left.length > 2) this.#putRoot({ count, ids: NO_IDS, bounds: left });
    else this.#flatten(idAt(left, 0), count);
  }

  /** The last chunk becomes the root. */
  #flatten(bound: bigint, count: number): void {
    const ids = this.#read(bound);
    this.#tx.remove(this.#table, chunkKey(this.#user, bound));
    this.#putRoot({ count, ids, bounds: NO_IDS });
  }

  #withHalves(bounds: Uint32Array, index: number, ids: Uint32Array): Uint32Array {
    const halves = this.#putHalves(ids);
    return insertId(insertId(bounds, index, idAt(halves, 0)), index + 1, idAt(halves, 1));
  }

  /** Stores the ids as two chunks; gives their bounds. */
  #putHalves(ids: Uint32Array): Uint32Array {
    const middle = 2 * Math.ceil(ids.length / 4);
    const halves = [ids.subarray(0, middle), ids.subarray(middle)];
    for (const half of halves) {
      this.#tx.put(this.#table, chunkKey(this.#user, idAt(half, 0)), encodeChunk(half));
    }
    return Uint32Array.of(ids[0], ids[1], ids[middle], ids[middle + 1]);
  }

  #read(bound: bigint): Uint32Array {
    return readChunk((key) => this.#tx.get(this.#table, key), this.#user, bound, viewed);
  }

  #putRoot(root: ListRoot): void {
    this.#tx.put(this.#table, rootKey(this.#user), encodeRoot(root));
  }
}
