import { randomUUID } from "node:crypto";
import { unavailable } from "../../grpc/errors/errors.ts";
import { compareAndSet } from "../cql/cas.ts";
import type { TableDefinition } from "../cql/migrate.ts";
import type { Cql, CqlRow, CqlValue } from "../cql/session.ts";
import { MAX_CLOCK_DIFFERENCE_MS } from "./clock-guard.ts";
import { type GrantStore, NODE_COUNT } from "./grants.ts";

export const ID_GRANT_TABLES: readonly TableDefinition[] = [
  {
    table: "id_grants",
    create: `CREATE TABLE IF NOT EXISTS id_grants (
      node int PRIMARY KEY, to_ms bigint, holder text)`,
  },
];

const READ = "SELECT to_ms, holder FROM id_grants WHERE node = ?";
const READ_TIME = "SELECT toTimestamp(now()) AS time FROM system.local";
const FIRST = "INSERT INTO id_grants (node, to_ms, holder) VALUES (?, ?, ?) IF NOT EXISTS";
const TAKE =
  "UPDATE id_grants SET to_ms = ?, holder = ? WHERE node = ? IF to_ms = ? AND holder = ?";
const MOVE = "UPDATE id_grants SET to_ms = ? WHERE node = ? IF holder = ?";

/** Grants as rows that change by CAS. `random`: 0 to 1, so that processes try different nodes first. */
export function cqlGrants(cql: Cql, random: () => number): GrantStore {
  const holder = randomUUID();

  async function moveEnd(node: number, toMs: number): Promise<void> {
    const statement = { query: MOVE, values: [BigInt(toMs), node, holder] };
    const isOurs = (row: CqlRow | undefined) =>
      row?.holder === holder && row.to_ms === BigInt(toMs);
    const result = await compareAndSet(cql, statement, readOf(node), isOurs);
    if (!result.applied) throw unavailable(`the grant of id node ${node} is another's now`);
  }

  return {
    acquire: async (nowMs, toMs) => {
      const storeTimeMs = await readTime(cql);
      if (Math.abs(storeTimeMs - nowMs) > MAX_CLOCK_DIFFERENCE_MS) {
        throw unavailable(`this clock is ${nowMs - storeTimeMs} ms off the database's: correct it`);
      }
      const start = Math.floor(random() * NODE_COUNT);
      for (let i = 0; i < NODE_COUNT; i++) {
        const node = (start + i) % NODE_COUNT;
        if (await takeNode(cql, { node, nowMs, toMs, holder })) {
          return { grant: { node, fromMs: nowMs, toMs }, storeTimeMs: await readTime(cql) };
        }
      }
      throw unavailable(`all ${NODE_COUNT} id nodes are granted`);
    },
    extend: async (grant, toMs) => {
      await moveEnd(grant.node, toMs);
      return { storeTimeMs: await readTime(cql) };
    },
    release: (grant, toMs) => moveEnd(grant.node, toMs),
  };
}

interface Wanted {
  readonly node: number;
  readonly nowMs: number;
  readonly toMs: number;
  readonly holder: string;
}

/** True when the node's last grant has ended, and the next is ours. */
async function takeNode(cql: Cql, { node, nowMs, toMs, holder }: Wanted): Promise<boolean> {
  const row = await cql.serialRead(READ, [node]);
  if (row && (row.to_ms as bigint) > BigInt(nowMs)) return false;
  const end = BigInt(toMs);
  const statement = row
    ? { query: TAKE, values: [end, holder, node, row.to_ms as bigint, row.holder as string] }
    : { query: FIRST, values: [node, end, holder] };
  const isOurs = (after: CqlRow | undefined) => after?.holder === holder;
  return (await compareAndSet(cql, statement, readOf(node), isOurs)).applied;
}

function readOf(node: number): { query: string; values: CqlValue[] } {
  return { query: READ, values: [node] };
}

/** The coordinator's time, Unix ms. */
async function readTime(cql: Cql): Promise<number> {
  const [row] = await cql.run(READ_TIME, []);
  return (row.time as Date).getTime();
}
