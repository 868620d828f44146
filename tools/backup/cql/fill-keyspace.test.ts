import type { Client } from "cassandra-driver";
import { expect, it } from "vitest";
import { makePostId, userIdOf } from "../../../services/model/ids.ts";
import { migrate } from "../../../services/platform/storage/cql/migrate.ts";
import { PostRows } from "../../../services/post/adapters/cql/post-rows.ts";
import { POST_TABLES } from "../../../services/post/adapters/cql/schema.ts";
import { encodePost } from "../../../services/post/domain/post-message.ts";
import { LIMIT_TABLES } from "../../../services/ratelimit/adapters/cql/schema.ts";
import { memoryClient, memoryCql } from "../../../test/support/engines/memory-cql/memory-cql.ts";
import { MemoryKeyspace } from "../../../test/support/engines/memory-cql/memory-keyspace.ts";
import { takenAndFilled } from "./testing/taken-and-filled.ts";

const NOW_MS = Date.UTC(2026, 10, 29, 12);
const AUTHOR = userIdOf(7);
const POST = makePostId(NOW_MS, 1, 0);
const NONE = new Uint8Array();

it("an erased post stays without its text, also when its creation comes out of an outbox", async () => {
  const keyspace = new MemoryKeyspace(NOW_MS);
  const cql = memoryCql(keyspace);
  await migrate(cql, POST_TABLES);
  const bare = { requestId: "", client: NONE, device: NONE, place: undefined };
  const message = encodePost(POST, { authorId: AUTHOR, text: Buffer.from("so it is"), ...bare });
  await new PostRows(cql).write(message);
  await new PostRows(cql).writeErasure(POST, AUTHOR);
  const restored = new PostRows(await takenAndFilled(memoryClient(keyspace), NOW_MS));
  await restored.write(message);
  expect(await restored.read([POST])).toEqual([
    { post_id: POST, author_id: null, message: null, deleted: true },
  ]);
});

it("limits of which some changed while they were read are all of one moment", async () => {
  const keyspace = new MemoryKeyspace(NOW_MS);
  const cql = memoryCql(keyspace);
  await migrate(cql, LIMIT_TABLES);
  const set = (path: string, text: string) =>
    cql.run("INSERT INTO limits (scope, path, message) VALUES (?, ?, ?)", [
      ...["limits", path],
      Buffer.from(text),
    ]);
  for (const path of ["a", "b"]) await set(path, "old");
  const client = memoryClient(keyspace);
  let readings = 0;
  const pages: Pick<Client, "execute"> = {
    // A page a row: between the first two of the first reading both rows change.
    execute: (async (query: string, values: unknown[], options: { pageState?: string }) => {
      const { rows } = await client.execute(query, values, options);
      if (!query.includes("FROM limits") || rows.length === 0) return { rows };
      if (options.pageState !== undefined) return { rows: rows.slice(1) };
      if (readings++ === 0) for (const path of ["a", "b"]) await set(path, "new");
      return { rows: rows.slice(0, 1), pageState: "1" };
    }) as unknown as Client["execute"],
  };
  const restored = await takenAndFilled({ ...client, ...pages } as Client, NOW_MS);
  const rows = await restored.run("SELECT path, message FROM limits WHERE scope = ?", ["limits"]);
  expect(rows.map(({ message }) => String(message))).toEqual(["new", "new"]);
  expect(readings).toBeGreaterThan(2);
});
