import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import type { Client } from "cassandra-driver";
import type { Cql } from "../../../../services/platform/storage/cql/session.ts";
import { memoryClient, memoryCql } from "../../../../test/support/engines/memory-cql/memory-cql.ts";
import { MemoryKeyspace } from "../../../../test/support/engines/memory-cql/memory-keyspace.ts";
import { readFileBack } from "../../repository/stored-file.ts";
import { fillKeyspace } from "../fill-keyspace.ts";
import { takeCql } from "../take-cql.ts";
import { memoryBlocks } from "./memory-blocks.ts";

/** What a keyspace is when it was copied through this client, and restored. */
export async function takenAndFilled(client: Client, nowMs: number): Promise<Cql> {
  const blocks = memoryBlocks();
  const files = await takeCql(client, { blocks }, () => {});
  const keyspace = new MemoryKeyspace(nowMs);
  const cql = memoryCql(keyspace);
  await fillKeyspace({
    ...{ client: memoryClient(keyspace), cql, momentMs: nowMs, nowMs },
    byTable: Map.groupBy(files, ({ path }) => path.split("/")[1]),
    linesOf: (file) => createInterface({ input: Readable.from(readFileBack(blocks, file)) }),
    onFilled: () => {},
  });
  return cql;
}
