import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AddFriendRequest, FriendServiceService } from "#gen/friend/v1/friend.ts";
import { readFriendConfig } from "../../services/friend/config.ts";
import { createFriendService, type FriendService } from "../../services/friend/create.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { PATIENT } from "../../services/platform/grpc/testing/patient.ts";
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
  const options = {
    addresses: [service.grpc.address],
    shift: 0n,
    concurrency: 16,
    stateFolder: join(folder, "state"),
    ...more,
  };
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

  const channel = connect(service.grpc.address, PATIENT);
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
  await expect(importFile("g.mtx", "%%MatrixMarket matrix array real general\n")).rejects.toThrow(
    "coordinate",
  );
});

test.each([
  ["l.txt", gzipSync("31 32\n")],
  ["m.gz", "31 33\n"],
  ["n.csv.zst", zstdCompressSync("31,34\n")],
  ["o", Buffer.concat([gzipSync("31 3"), gzipSync("5\n")])],
])("what %s begins with says whether it is packed, and not its name", async (name, content) => {
  const { counts } = await importFile(name, content);
  expect(counts).toMatchObject({ imported: 1, badLines: 0 });
});

test.each([
  ["p.txt", "504b030414", "the file is zip: write it as text first (unzip -p "],
  ["q.txt", "425a6839", "bzip2 -dc"],
  ["r.txt", "fd377a585a00", "xz -dc"],
  [
    "s.csv",
    "fffe31002c003200",
    "the file is UTF-16: write it as text first (iconv -f UTF-16 -t UTF-8 ",
  ],
  ["t.gz", gzipSync("41 42\n".repeat(99)).subarray(0, 20).toString("hex"), "damaged or cut off"],
])("%s is refused with the remedy: no line of it could be read", async (name, hex, remedy) => {
  await expect(importFile(name, Buffer.from(hex, "hex"))).rejects.toThrow(remedy);
});

test("a folder is no file, and one that is empty holds no friendship", async () => {
  const options = { addresses: [], shift: 0n, concurrency: 1, stateFolder: folder };
  await expect(importGraph(folder, options, new PassThrough())).rejects.toThrow("is a folder");
  expect((await importFile("u.txt", "")).counts).toMatchObject({ imported: 0, badLines: 0 });
});

test("says which columns were taken, and what was passed over", async () => {
  const { printed } = await importFile("i.csv", "# by hand\n\nid,source,target\n1,21,22\n");
  expect(printed).toContain('taken: columns 2 ("source") and 3 ("target") between commas, of 3');
  expect(printed).toContain("passed over: comments 1, headers 1, empty lines 1");
});

test("lines may end in CR alone", async () => {
  const { counts } = await importFile("j.csv", "a,b\r23,24\r25,26\r");
  expect(counts).toMatchObject({ imported: 2, header: 1 });
});

test("an import that stopped goes on where it was, unless the file has changed", async () => {
  const lines = Array.from({ length: 3_000 }, (_, i) => `1000 ${2_000 + i}`);
  const path = join(folder, "k.txt");
  await writeFile(path, `${lines.join("\n")}\n`);
  const options = {
    addresses: [service.grpc.address],
    shift: 0n,
    concurrency: 8,
    stateFolder: join(folder, "state"),
    resume: true,
  };
  const seen = new Set<bigint>();
  const addFriend =
    (failsAfter: number) =>
    async ({ friendId }: AddFriendRequest) => {
      if (seen.size >= failsAfter) throw new Error("the machine went away");
      const changed = !seen.has(friendId);
      seen.add(friendId);
      return { changed, refusal: "" };
    };
  let said = "";
  const out = new PassThrough().on("data", (text) => {
    said += text;
  });
  const run = (failsAfter = lines.length) =>
    importGraph(path, options, out, {
      addFriends: async ({ pairs }) => ({
        results: await Promise.all(pairs.map(addFriend(failsAfter))),
      }),
    });
  await expect(run(2_100)).rejects.toThrow("the machine went away");
  expect(said).toContain("no run of this file was stopped");
  const second = await run();
  expect(said).toContain(`goes on behind line ${second.resumed}`);
  expect(second.resumed).toBeGreaterThan(2_000);
  expect(second.imported).toBe(lines.length - 2_100);
  seen.clear();
  await expect(run(2_100)).rejects.toThrow("the machine went away");
  await writeFile(path, `${lines.join("\n")}\n1 2\n`);
  expect(await run(lines.length + 1)).toMatchObject({ resumed: 0, alreadyThere: 2_100 });
  expect(said).toContain("the file has changed since it was stopped in: from the first line on");
});
