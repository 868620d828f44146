import {
  firstPostIdAt,
  type PostId,
  postIdOf,
  postTimeMs,
  trustedPostId,
  trustedUserId,
} from "../../../model/ids.ts";
import { RETENTION_MS } from "../../../model/limits.ts";
import { readU64, u64Key, u64PairKey } from "../../../platform/storage/lmdb/keys.ts";
import type { Lmdb } from "../../../platform/storage/lmdb/open.ts";
import type { Table } from "../../../platform/storage/lmdb/table.ts";
import type { PulledCause, StoredInterval, TableHead } from "../../domain/pulled/changes.ts";
import type { PulledRows } from "../../ports.ts";

/** Numbers in the store: never change them. */
const CAUSES: readonly PulledCause[] = ["popular", "asked", "adaptive", "undelivered"];
/** Of an open interval: above all ids. */
const OPEN = 0xffff_ffff_ffff_ffffn;
const HEAD = Buffer.from("head");
const NO_HEAD: TableHead = { revision: 0n, version: 0n, validThrough: postIdOf(0n) };

/** Intervals by (author, since) -> until, cause; beside them one head: revision, version, valid through. */
export function lmdbPulledRows(lmdb: Lmdb): PulledRows {
  const intervals = lmdb.table("pulled-intervals");
  const heads = lmdb.table("pulled-head");
  const headOf = (value: Buffer | undefined): TableHead => (value ? decodeHead(value) : NO_HEAD);
  return {
    head: async () => headOf(heads.get(HEAD)),
    read: async () => ({ ...headOf(heads.get(HEAD)), intervals: readAll(intervals) }),
    change: (seen, { validThrough, interval }) =>
      lmdb.commit((tx) => {
        const { revision, version } = headOf(tx.get(heads, HEAD));
        if (revision !== seen.revision) return false;
        const nextVersion = interval ? version + 1n : version;
        tx.put(
          heads,
          HEAD,
          encodeHead({ revision: revision + 1n, version: nextVersion, validThrough }),
        );
        if (!interval) return true;
        for (const key of endedBefore(intervals, validThrough)) tx.remove(intervals, key);
        tx.put(intervals, ...encodeInterval(interval));
        return true;
      }),
  };
}

/** Those that ended before any post that a page can still reach. */
function endedBefore(table: Table, validThrough: PostId): Buffer[] {
  const bound = firstPostIdAt(postTimeMs(validThrough) - RETENTION_MS);
  return [...table.entries({})].filter(({ value }) => readU64(value) < bound).map(({ key }) => key);
}

function readAll(table: Table): StoredInterval[] {
  return [...table.entries({})].map(({ key, value }) => {
    const until = readU64(value);
    return {
      authorId: trustedUserId(readU64(key)),
      since: trustedPostId(readU64(key, 8)),
      until: until === OPEN ? undefined : trustedPostId(until),
      cause: CAUSES[value[8]],
    };
  });
}

function encodeInterval({ authorId, since, until, cause }: StoredInterval): [Buffer, Buffer] {
  const value = Buffer.concat([u64Key(until ?? OPEN), Buffer.of(CAUSES.indexOf(cause))]);
  return [u64PairKey(authorId, since), value];
}

function encodeHead({ revision, version, validThrough }: TableHead): Buffer {
  return Buffer.concat([u64Key(revision), u64Key(version), u64Key(validThrough)]);
}

function decodeHead(value: Buffer): TableHead {
  return {
    revision: readU64(value),
    version: readU64(value, 8),
    validThrough: trustedPostId(readU64(value, 16)),
  };
}
