import { readU64, u64Key } from "../../../platform/storage/lmdb/keys.ts";
import type { Lmdb } from "../../../platform/storage/lmdb/open.ts";
import type { Table } from "../../../platform/storage/lmdb/table.ts";
import type { StoredBoot } from "../../domain/boot.ts";
import type { Remembered } from "../../domain/leases/coordinator.ts";
import type { HolderOf } from "../../domain/leases/leased-node.ts";
import type { LimitPath } from "../../domain/limits/path.ts";
import type { LimitChange, LimitStore, StoredLimits } from "../../ports.ts";
import {
  decodeBoot,
  decodeLimit,
  decodeSafe,
  encodeBoot,
  encodeLimit,
  encodeSafe,
} from "../../wire/stored.ts";

const REVISION = Buffer.from("revision");
/** Not in any path or holder's name. */
const SEPARATOR = "\u0000";

/** Limits in LMDB: a row a path, a holder, a boot, and the revision; a change is one transaction. */
export class LmdbLimitStore implements LimitStore {
  readonly #lmdb: Lmdb;
  readonly #limits: Table;
  readonly #holders: Table;
  readonly #revisions: Table;
  readonly #boots: Table;

  constructor(lmdb: Lmdb) {
    this.#lmdb = lmdb;
    this.#limits = lmdb.table("limits");
    this.#holders = lmdb.table("limit-holders");
    this.#revisions = lmdb.table("limit-revisions");
    this.#boots = lmdb.table("limit-boots");
  }

  async load(): Promise<StoredLimits> {
    const limits = [...this.#limits.entries({})].map(({ value }) => decodeLimit(value));
    const holders = [...this.#holders.entries({})].map(({ key, value }) => {
      const [path = "", holder = ""] = key.toString().split(SEPARATOR);
      return { path, holder, safe: decodeSafe(value) };
    });
    const boots = [...this.#boots.entries({})].map(({ key, value }) =>
      decodeBoot(key.toString(), value),
    );
    const revision = this.#revisions.get(REVISION);
    return { revision: revision ? readU64(revision) : 0n, limits, holders, boots };
  }

  change({ set, removed, from }: LimitChange): Promise<bigint | undefined> {
    return this.#lmdb.commit((tx) => {
      const stored = tx.get(this.#revisions, REVISION);
      if ((stored ? readU64(stored) : 0n) !== from) return undefined;
      for (const path of removed) tx.remove(this.#limits, Buffer.from(path));
      for (const limit of set) tx.put(this.#limits, Buffer.from(limit.path), encodeLimit(limit));
      tx.put(this.#revisions, REVISION, u64Key(from + 1n));
      return from + 1n;
    });
  }

  remember(holders: readonly Remembered[]): Promise<void> {
    return this.#lmdb.commit((tx) => {
      for (const one of holders) tx.put(this.#holders, keyOf(one), encodeSafe(one.safe));
    });
  }

  forget(holders: readonly HolderOf[]): Promise<void> {
    return this.#lmdb.commit((tx) => {
      for (const one of holders) tx.remove(this.#holders, keyOf(one));
    });
  }

  keepBoots(boots: readonly StoredBoot[]): Promise<void> {
    return this.#lmdb.commit((tx) => {
      for (const boot of boots) {
        const key = Buffer.from(boot.path);
        const known = tx.get(this.#boots, key);
        if (known && decodeBoot(boot.path, known).order > boot.order) continue;
        tx.put(this.#boots, key, encodeBoot(boot));
      }
    });
  }

  forgetBoots(paths: readonly LimitPath[], order: bigint): Promise<void> {
    return this.#lmdb.commit((tx) => {
      for (const path of paths) {
        const key = Buffer.from(path);
        const known = tx.get(this.#boots, key);
        if (known && decodeBoot(path, known).order <= order) tx.remove(this.#boots, key);
      }
    });
  }
}

function keyOf({ path, holder }: HolderOf): Buffer {
  return Buffer.from(`${path}${SEPARATOR}${holder}`);
}
