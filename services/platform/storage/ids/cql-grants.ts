import { randomUUID } from "node:crypto";
import { unavailable } from "../../grpc/errors/errors.ts";
import { type CasResult, compareAndSet, ofRow } from "../cql/cas.ts";
import type { TableDefinition } from "../cql/migrate.ts";
import type { Cql, CqlRow } from "../cql/session.ts";
import { GRANT_MS, type GrantStore, NODE_COUNT, passedMs } from "./grants.ts";
import type { IdGrant } from "./stamper.ts";

export const ID_GRANT_TABLES: readonly TableDefinition[] = [
  {
    table: "id_grants",
    create: `CREATE TABLE IF NOT EXISTS id_grants (
      node int PRIMARY KEY, to_ms bigint, holder text)`,
  },
];

const READ = "SELECT to_ms, holder FROM id_grants WHERE node = ?";
/** Of all nodes: a thousand rows at most, read once at a start. */
const READ_ENDS = "SELECT to_ms FROM id_grants";
const READ_TIME = "SELECT toTimestamp(now()) AS time FROM system.local";
const FIRST = "INSERT INTO id_grants (node, to_ms, holder) VALUES (?, ?, ?) IF NOT EXISTS";
const TAKE =
  "UPDATE id_grants SET to_ms = ?, holder = ? WHERE node = ? IF to_ms = ? AND holder = ?";
const MOVE = "UPDATE id_grants SET to_ms = ? WHERE node = ? IF to_ms = ? AND holder = ?";
/** All requests for one extension fit between two of them. */
const MOVE_TIMES = { timeoutMs: GRANT_MS / 8, attempts: 1 };

/**
 * Grants as rows that change by CAS; each condition names the end that was seen, so that an extension that
 * is applied late never moves the end of a newer one back. `random`: 0 to 1, so that processes try
 * different nodes first.
 */
export function cqlGrants(cql: Cql, random: () => number): GrantStore {
  const holder = randomUUID();
  const endsAt = (ms: number) => (row: CqlRow | undefined) =>
    row?.holder === holder && row.to_ms === BigInt(ms);

  async function moveEnd({ node, toMs: seenMs }: IdGrant, toMs: number): Promise<CasResult> {
    const write = {
      statement: { query: MOVE, values: [BigInt(toMs), node, BigInt(seenMs), holder] },
      readBack: { query: READ, values: [node] },
      judge: ofRow(endsAt(toMs), endsAt(seenMs)),
    };
    return compareAndSet(cql, write, MOVE_TIMES);
  }

  /** Where an earlier attempt of ours has put the end, when the node is still ours. */
  function afterAll(grant: IdGrant, result: CasResult & { applied: false }): IdGrant | undefined {
    const [row] = result.rows;
    return row?.holder === holder ? { ...grant, toMs: Number(row.to_ms) } : undefined;
  }

  return {
    newestMs: async () => passedMs((await cql.run(READ_ENDS, [])).map((row) => Number(row.to_ms))),
    storeTimeMs: () => readTime(cql),
    acquire: async (fromMs, toMs) => {
      const start = Math.floor(random() * NODE_COUNT);
      for (let i = 0; i < NODE_COUNT; i++) {
        const node = (start + i) % NODE_COUNT;
        if (await takeNode(cql, { node, fromMs, toMs, holder })) return { node, fromMs, toMs };
      }
      throw unavailable(`all ${NODE_COUNT} id nodes are granted`);
    },
    extend: async (grant, toMs) => {
      const result = await moveEnd(grant, toMs);
      return result.applied ? { ...grant, toMs } : afterAll(grant, result);
    },
    release: async (grant, toMs) => {
      const result = await moveEnd(grant, toMs);
      if (result.applied) return;
      const ours = afterAll(grant, result);
      if (ours) await moveEnd(ours, toMs);
    },
  };
}

interface Wanted extends IdGrant {
  readonly holder: string;
}

/** True when the node's last grant has ended, and the next is ours. */
async function takeNode(cql: Cql, { node, fromMs, toMs, holder }: Wanted): Promise<boolean> {
  const seen = await cql.serialRead(READ, [node]);
  if (seen && (seen.to_ms as bigint) > BigInt(fromMs)) return false;
  const end = BigInt(toMs);
  const statement = seen
    ? { query: TAKE, values: [end, holder, node, seen.to_ms as bigint, seen.holder as string] }
    : { query: FIRST, values: [node, end, holder] };
  const judge = ofRow(
    (row) => row?.holder === holder && row.to_ms === end,
    (row) => row?.holder === seen?.holder && row?.to_ms === seen?.to_ms,
  );
  const readBack = { query: READ, values: [node] };
  return (await compareAndSet(cql, { statement, readBack, judge })).applied;
}

/** The coordinator's time, Unix ms. */
async function readTime(cql: Cql): Promise<number> {
  const [row] = await cql.run(READ_TIME, []);
  return (row.time as Date).getTime();
}
