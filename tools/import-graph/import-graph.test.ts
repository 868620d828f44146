import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { readFriendConfig } from "../../services/friend/config.ts";
import { createFriendService, type FriendService } from "../../services/friend/create.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { type ImportOptions, importGraph } from "./import-graph.ts";

const log = createLogger("import-test", "silent");
let folder: string;
let service: FriendService;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tidings-import-"));
  const env = {
    TIDINGS_FRIEND_PORT: "0",
    TIDINGS_FRIEND_METRICS_PORT: "0",
    TIDINGS_DATA_DIR: folder,
  };
  service = await createFriendService(readFriendConfig(env), { log });
});

afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true });
});

async function importFile(
  name: string,
  content: string | Buffer,
  more: Partial<ImportOptions> = {},
) {
  const path = join(folder, name);
  await writeFile(path, content);
  const out = new PassThrough();
  const options = { addresses: [service.grpc.address], shift: 0n, concurrency: 16, ...more };
  const counts = await importGraph(path, options, out);
  out.end();
  return { counts, printed: await text(out) };
}

test("files of every format become friendships", async () => {
  const matrix = "%%MatrixMarket matrix coordinate pattern symmetric\n9 9 2\n2 1\n3 1\n";
  expect((await importFile("a.mtx", matrix)).counts.imported).toBe(2);
  expect((await importFile("b.csv", "user,friend\n1,4\n1,2\n")).counts).toMatchObject({
    imported: 1,
    alreadyThere: 1,
  });
  expect((await importFile("c.gz", gzipSync("1 5\n"))).counts.imported).toBe(1);
  expect((await importFile("d.txt", "0 5\n", { shift: 1n })).counts.imported).toBe(1);
  expect((await importFile("e.txt", "1,7\n", { format: "csv" })).counts.imported).toBe(1);

  const channel = connect(service.grpc.address, { log });
  const friends = createClient(FriendServiceService, channel);
  const { lists } = await friends.batchListFriends({ userIds: [1n], maxFriendsEach: 0 });
  channel.close();
  expect(lists[0].friendIds).toEqual([2n, 3n, 4n, 5n, 6n, 7n]);
});

test("bad lines are named with number and reason, up to a bound, and the rest is imported", async () => {
  const { counts, printed } = await importFile("f.txt", `11 12\n${"x y\n".repeat(50)}11 13\n`);
  expect(counts).toMatchObject({ imported: 2, badLines: 50 });
  expect(printed).toContain('line 2: "x" is no id');
  expect(printed).toContain("line 21: ");
  expect(printed).not.toContain("line 22: ");
  expect(printed).toContain("imported 2, already there 0, self-edges 0, bad lines 50, refused 0");
  expect(printed).toContain("100% of ");
});

test("a file that cannot be read stops the import, and what came before stays", async () => {
  await expect(importFile("g.mtx", "1 2\n")).rejects.toThrow("%%MatrixMarket header");
  await expect(importFile("h.gz", "not packed")).rejects.toThrow("incorrect header check");
});
