import { createHash, randomUUID } from "node:crypto";
import { inParallel } from "../../../platform/concurrency/in-parallel.ts";
import { compareAndSet, ofRow } from "../../../platform/storage/cql/cas.ts";
import type { Cql, CqlStatement, CqlValue } from "../../../platform/storage/cql/session.ts";
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
import { SCOPE } from "./schema.ts";

/** A million holders are some 15,000 rows in each. */
const BUCKETS = 64;
const PARALLEL = 16;

const LIST = "SELECT path, revision, message FROM limits WHERE scope = ?";
const READ = "SELECT revision, change_id FROM limits WHERE scope = ? LIMIT 1";
const FIRST = `INSERT INTO limits (scope, revision, change_id) VALUES (?, ?, ?) IF NOT EXISTS`;
const NEXT = "UPDATE limits SET revision = ?, change_id = ? WHERE scope = ? IF revision = ?";
const SET = "INSERT INTO limits (scope, path, message) VALUES (?, ?, ?)";
const REMOVE = "DELETE FROM limits WHERE scope = ? AND path = ?";
const LIST_HOLDERS = "SELECT path, holder, safe FROM limit_holders WHERE bucket = ?";
const REMEMBER = "INSERT INTO limit_holders (bucket, path, holder, safe) VALUES (?, ?, ?, ?)";
/** The order is the write's time: whatever comes late changes nothing. */
const KEEP_BOOT = "INSERT INTO limit_boots (bucket, path, boot) VALUES (?, ?, ?) USING TIMESTAMP ?";
const LIST_BOOTS = "SELECT path, boot FROM limit_boots WHERE bucket = ?";
const FORGET_BOOT = "DELETE FROM limit_boots USING TIMESTAMP ? WHERE bucket = ? AND path = ?";
const FORGET = "DELETE FROM limit_holders WHERE bucket = ? AND path = ? AND holder = ?";

/** Limits on ScyllaDB or Cassandra. A change is one conditional batch, which says whose it was. */
export class CqlLimitStore implements LimitStore {
  readonly #cql: Cql;

  constructor(cql: Cql) {
    this.#cql = cql;
  }

  async load(): Promise<StoredLimits> {
    // Ends a change that is in flight; the rows below then show it.
    const head = await this.#cql.serialRead(READ, [SCOPE]);
    const rows = await this.#cql.run(LIST, [SCOPE]);
    const limits = rows.flatMap(({ path, message }) =>
      path === null || message === null ? [] : [decodeLimit(message as Uint8Array)],
    );
    const holders: Remembered[] = [];
    const boots: StoredBoot[] = [];
    const buckets = Array.from({ length: BUCKETS }, (_, bucket) => bucket);
    await inParallel(PARALLEL, buckets, async (bucket) => {
      for (const row of await this.#cql.run(LIST_HOLDERS, [bucket])) {
        const [path, holder] = [row.path as string, row.holder as string];
        holders.push({ path, holder, safe: decodeSafe(row.safe as Uint8Array) });
      }
      for (const row of await this.#cql.run(LIST_BOOTS, [bucket])) {
        boots.push(decodeBoot(row.path as string, row.boot as Uint8Array));
      }
    });
    return { revision: (head?.revision as bigint | null) ?? 0n, limits, holders, boots };
  }

  async change({ set, removed, from }: LimitChange): Promise<bigint | undefined> {
    const next = from + 1n;
    const changeId = randomUUID();
    const first: CqlStatement =
      from === 0n
        ? { query: FIRST, values: [SCOPE, next, changeId] }
        : { query: NEXT, values: [next, changeId, SCOPE, from] };
    const statements: CqlStatement[] = [
      first,
      ...set.map((one) => ({ query: SET, values: [SCOPE, one.path, encodeLimit(one)] })),
      ...removed.map((path) => ({ query: REMOVE, values: [SCOPE, path] })),
    ];
    const statement = {
      query: `BEGIN BATCH\n${statements.map(({ query }) => query).join(";\n")};\nAPPLY BATCH`,
      values: statements.flatMap(({ values }): readonly CqlValue[] => values),
    };
    const readBack = { query: READ, values: [SCOPE] };
    const judge = ofRow(
      (row) => row?.change_id === changeId,
      (row) => ((row?.revision as bigint | null | undefined) ?? 0n) === from,
    );
    const { applied } = await compareAndSet(this.#cql, { statement, readBack, judge });
    return applied ? next : undefined;
  }

  async remember(holders: readonly Remembered[]): Promise<void> {
    await inParallel(PARALLEL, holders, async ({ path, holder, safe }) => {
      await this.#cql.run(REMEMBER, [bucketOf(path), path, holder, encodeSafe(safe)]);
    });
  }

  async forget(holders: readonly HolderOf[]): Promise<void> {
    await inParallel(PARALLEL, holders, async ({ path, holder }) => {
      await this.#cql.run(FORGET, [bucketOf(path), path, holder]);
    });
  }

  async keepBoots(boots: readonly StoredBoot[]): Promise<void> {
    await inParallel(PARALLEL, boots, async (boot) => {
      const values = [bucketOf(boot.path), boot.path, encodeBoot(boot), boot.order];
      await this.#cql.run(KEEP_BOOT, values);
    });
  }

  async forgetBoots(paths: readonly LimitPath[], order: bigint): Promise<void> {
    await inParallel(PARALLEL, paths, async (path) => {
      await this.#cql.run(FORGET_BOOT, [order, bucketOf(path), path]);
    });
  }
}

function bucketOf(path: string): number {
  return createHash("sha1").update(path).digest()[0] % BUCKETS;
}
