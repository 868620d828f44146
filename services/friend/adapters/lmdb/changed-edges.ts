import { trustedUserId, type UserId } from "../../../model/ids.ts";
import { CHANGED_EDGE_MS } from "../../../model/limits.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import { u64PairKey } from "../../../platform/storage/lmdb/keys.ts";
import type { Lmdb } from "../../../platform/storage/lmdb/open.ts";
import type { Table } from "../../../platform/storage/lmdb/table.ts";
import type { WriteTx } from "../../../platform/storage/lmdb/write-set.ts";

interface ChangedEdge {
  readonly other: UserId;
  readonly atMs: number;
}

/** Of one person in an hour; older ones go when there are more. */
const MAX_CHANGED = 256;
/** Keys of hours ago that go, at most, whenever an edge changes: it adds two. */
const SWEPT = 4;
/** The other's id and when it changed, Unix ms: u64 each, little-endian. */
const EDGE_BYTES = 16;
const NONE = Buffer.alloc(0);

/**
 * Whose edges with a person have changed within the last hour: a value an hour and person, written in the
 * transaction that changes the edge. What is older goes when other edges change, and is shown to nobody before.
 */
export class ChangedEdges {
  readonly #table: Table;
  readonly #clock: Pick<Clock, "nowMs">;

  constructor(lmdb: Pick<Lmdb, "table">, clock: Pick<Clock, "nowMs">) {
    this.#table = lmdb.table("friend-changed");
    this.#clock = clock;
  }

  note(tx: WriteTx, user: UserId, other: UserId): void {
    const atMs = this.#clock.nowMs();
    const hour = hourOf(atMs);
    for (const old of this.#table.keys({ before: u64PairKey(hour - 1n, 0n), limit: SWEPT }))
      tx.remove(this.#table, old);
    const key = u64PairKey(hour, user);
    tx.put(this.#table, key, noted(tx.get(this.#table, key) ?? NONE, other, atMs));
  }

  of(user: UserId, sinceMs: number): readonly UserId[] {
    const hour = hourOf(this.#clock.nowMs());
    const edges = [hour - 1n, hour].flatMap((one) =>
      decode(this.#table.peek(u64PairKey(one, user))),
    );
    const lately = edges.filter(({ atMs }) => atMs >= sinceMs).map(({ other }) => other);
    return [...new Set(lately)];
  }
}

function hourOf(atMs: number): bigint {
  return BigInt(Math.max(1, Math.floor(atMs / CHANGED_EDGE_MS)));
}

/** With this edge last, and once: imports note many of one person, so what is there is moved and not read. */
function noted(value: Buffer, other: UserId, atMs: number): Buffer {
  const edge = Buffer.allocUnsafe(EDGE_BYTES);
  edge.writeBigUInt64LE(other, 0);
  edge.writeBigUInt64LE(BigInt(Math.floor(atMs)), 8);
  const at = indexOfEdge(value, edge.subarray(0, 8));
  const parts = at < 0 ? [value] : [value.subarray(0, at), value.subarray(at + EDGE_BYTES)];
  return Buffer.concat([...parts, edge]).subarray(-MAX_CHANGED * EDGE_BYTES);
}

function indexOfEdge(value: Buffer, other: Buffer): number {
  let at = value.indexOf(other);
  while (at % EDGE_BYTES > 0) at = value.indexOf(other, at + 1);
  return at;
}

function decode(value: Buffer | undefined): ChangedEdge[] {
  if (!value) return [];
  return Array.from({ length: value.length / EDGE_BYTES }, (_, i) => ({
    other: trustedUserId(value.readBigUInt64LE(i * EDGE_BYTES)),
    atMs: Number(value.readBigUInt64LE(i * EDGE_BYTES + 8)),
  }));
}
