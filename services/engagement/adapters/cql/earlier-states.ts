import type { Cql } from "../../../platform/storage/cql/session.ts";

const EARLIER = "person_states";
const FIND = `SELECT table_name FROM system_schema.tables
  WHERE keyspace_name = ? AND table_name = ?`;
const READ = `SELECT person_key, state, WRITETIME(state) AS written, TTL(state) AS ttl,
  token(person_key) AS place FROM ${EARLIER} WHERE token(person_key) > ? LIMIT ?`;
const WRITE = `INSERT INTO reactor_states (person_key, erased) VALUES (?, ?)
  USING TIMESTAMP ? AND TTL ?`;
const PAGE_ROWS = 1_000;
const FIRST_PLACE = -(2n ** 63n);
const NO_TTL = 0;

/**
 * Hidden and erased people of a version before, which had them in a table of another name. With their own
 * times, so that it may be done again at each start, and never undoes what was changed since.
 */
export async function takeOverStates(cql: Cql): Promise<void> {
  const [table] = await cql.run(FIND, [cql.keyspace, EARLIER]);
  if (!table) return;
  let place = FIRST_PLACE;
  for (;;) {
    const rows = await cql.run(READ, [place, PAGE_ROWS]);
    for (const row of rows) {
      const ttl = (row.ttl as number | null) ?? NO_TTL;
      const key = row.person_key as string;
      await cql.run(WRITE, [key, row.state === "erased", row.written as bigint, ttl]);
    }
    if (rows.length < PAGE_ROWS) return;
    place = rows[rows.length - 1].place as bigint;
  }
}
