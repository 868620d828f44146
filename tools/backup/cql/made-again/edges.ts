import type { Client } from "cassandra-driver";
import {
  type EdgeKey,
  type EdgeState,
  reversed,
} from "../../../../services/friend/adapters/cql/edge-rows.ts";
import { NO_ANNOUNCEMENTS } from "../../../../services/friend/adapters/cql/lists/list-rows.ts";
import { pairRow } from "../../../../services/friend/adapters/cql/pair-rows.ts";
import {
  CqlPartRows,
  partsIn,
  stateOf,
} from "../../../../services/friend/adapters/cql/parts/cql-part-rows.ts";
import {
  type PartRows,
  readEdge,
  writeEdge,
} from "../../../../services/friend/adapters/cql/parts/edge-parts.ts";
import { trustedUserId } from "../../../../services/model/ids.ts";
import { inParallel } from "../../../../services/platform/concurrency/in-parallel.ts";
import type { Cql, CqlRow } from "../../../../services/platform/storage/cql/session.ts";
import { readAll } from "../read-table.ts";

const EDGES_AT_ONCE = 64;
/**
 * What a pair's row says of its edge is long in the edge's rows, or is passed by them: and those of an edge that was
 * removed expire. No change is on its way for so long.
 */
const PAIR_SAYS_MS = 86_400_000;
const US_PER_MS = 1_000n;

/** What a row says of an edge. */
interface Said {
  readonly key: EdgeKey;
  readonly state: EdgeState;
  /** Nothing else says it of this end: a pair's row, or one of several parts, all of which have what is removed. */
  readonly isOfBothEnds: boolean;
}

/**
 * An edge is two rows and perhaps a pair's, written at one version: each may be in a backup without the others, and the
 * highest version is what the edge becomes. Everything that a row says is written where it is not known yet.
 */
export async function completeEdges(
  client: Client,
  cql: Cql,
  { tables, momentMs }: Restored,
): Promise<void> {
  const parts = new CqlPartRows(cql, NO_ANNOUNCEMENTS);
  for (const { columns, saidIn } of SOURCES.filter((one) => tables.has(one.columns.table))) {
    for await (const rows of readAll(client, columns)) {
      const said = rows.flatMap((row) => saidIn(row, momentMs));
      await inParallel(EDGES_AT_ONCE, said, (one) => complete(parts, one));
    }
  }
}

interface Restored {
  /** Those that were restored. */
  readonly tables: ReadonlySet<string>;
  readonly momentMs: number;
}

const SOURCES: readonly {
  readonly columns: Parameters<typeof readAll>[1];
  saidIn(row: CqlRow, momentMs: number): readonly Said[];
}[] = [
  {
    columns: {
      select: "user, friend, present, WRITETIME(present) AS version, parts",
      ...{ table: "friend_edges", key: "user" },
    },
    saidIn: (row) => ofEdge(row, partsIn(row) > 1),
  },
  {
    columns: {
      select: "user, friend, present, WRITETIME(present) AS version",
      ...{ table: "friend_edge_parts", key: "user, part" },
    },
    saidIn: (row) => ofEdge(row, true),
  },
  {
    columns: {
      select: "low, high, edge, edge_version",
      ...{ table: "friend_pairs", key: "low, high" },
    },
    saidIn: ofPair,
  },
];

async function complete(rows: PartRows, { key, state, isOfBothEnds }: Said): Promise<void> {
  const ends = isOfBothEnds ? [key, reversed(key)] : [reversed(key)];
  await Promise.all(
    ends.map(async (end) => {
      const known = await readEdge(rows, end);
      const isKnown = known.version === state.version && known.isPresent === state.isPresent;
      if (known.version > state.version || (isKnown && !isOfBothEnds)) return;
      await writeEdge(rows, end, state);
    }),
  );
}

/** A partition may have static cells alone. */
function ofEdge(row: CqlRow, isInParts: boolean): readonly Said[] {
  if (row.present === null) return [];
  const [user, friend] = [row.user, row.friend].map((id) => trustedUserId(id as bigint));
  const state = stateOf(row);
  return [{ key: { user, friend }, state, isOfBothEnds: isInParts && !state.isPresent }];
}

function ofPair(row: CqlRow, momentMs: number): readonly Said[] {
  const { edge: state } = pairRow(row);
  const isOld = state.version < BigInt(momentMs - PAIR_SAYS_MS) * US_PER_MS;
  if (state.version === 0n || isOld) return [];
  const [user, friend] = [row.low, row.high].map((id) => trustedUserId(id as bigint));
  return [{ key: { user, friend }, state, isOfBothEnds: true }];
}
