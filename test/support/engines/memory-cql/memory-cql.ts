import type { Client } from "cassandra-driver";
import type {
  CasAnswer,
  Cql,
  CqlRow,
  CqlStatement,
  CqlValue,
} from "../../../../services/platform/storage/cql/session.ts";
import type { MemoryKeyspace } from "./memory-keyspace.ts";

/** Stops a statement until a test lets it go on. */
export type Gate = (query: string) => Promise<void>;

const OPEN: Gate = async () => {};

/** A keyspace in memory as the adapters use one. */
export function memoryCql(keyspace: MemoryKeyspace, gate = OPEN): Cql {
  const run = async (query: string, values: readonly CqlValue[]): Promise<readonly CqlRow[]> => {
    await gate(query);
    return keyspace.execute(query, values).rows;
  };
  return {
    keyspace: "memory",
    run,
    runPartition: async (statements: readonly CqlStatement[]) => {
      for (const { query, values } of statements) await run(query, values);
    },
    replicaOf: () => undefined,
    cas: async (query, values): Promise<CasAnswer> => {
      await gate(query);
      const { rows, isApplied } = keyspace.execute(query, values);
      return isApplied ? { kind: "applied" } : { kind: "refused", rows };
    },
    serialRows: run,
    serialRead: async (query, values) => (await run(query, values))[0],
    define: async (statement) => void (await run(statement, [])),
    close: async () => {},
  };
}

/** And as the backup does, with the driver's client. */
export function memoryClient(keyspace: MemoryKeyspace): Client {
  const client: Pick<Client, "execute" | "keyspace"> = {
    keyspace: "memory",
    execute: (async (query: string, values: readonly CqlValue[] = []) =>
      keyspace.execute(query, values)) as unknown as Client["execute"],
  };
  return client as Client;
}
