import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { present } from "../../services/model/invariant.ts";
import { implement, startGrpcServer } from "../../services/platform/grpc/server/server.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { createMetrics } from "../../services/platform/telemetry/metrics.ts";

const log = createLogger("import-test", "silent");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tidings-stopped-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A friend service that takes so many calls, and tells of the one that it lets wait. */
async function slowFriends(takes: number) {
  const waits = Promise.withResolvers<void>();
  const goesOn = Promise.withResolvers<void>();
  let taken = 0;
  const others = Object.keys(FriendServiceService).map((name) => [name, () => ({})]);
  const server = await startGrpcServer(
    {
      ...{ host: "127.0.0.1", port: 0, log, metrics: createMetrics("test") },
      ...{ defaultDeadlineMs: 60_000, drainMs: 1_000 },
    },
    [
      implement(FriendServiceService, {
        ...Object.fromEntries(others),
        batchAddFriends: async ({ pairs }: { pairs: readonly unknown[] }) => {
          if (++taken > takes) {
            waits.resolve();
            await goesOn.promise;
          }
          return { results: pairs.map(() => ({ changed: true, refusal: "" })) };
        },
      } as never),
    ],
  );
  return { server, waits: waits.promise, goOn: goesOn.resolve };
}

function importing(file: string, address: string, ...more: readonly string[]): ChildProcess {
  const args = [
    join(import.meta.dirname, "main.ts"),
    file,
    "--json",
    "--address",
    address,
    ...more,
  ];
  const env = { ...process.env, TIDINGS_DATA_DIR: folder };
  return spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"] });
}

async function outcome({ stdout, stderr }: ChildProcess) {
  const [json, said] = await Promise.all([present(stdout), present(stderr)].map(text));
  return { counts: JSON.parse(json), said };
}

test("Ctrl-C ends an import when what is in flight is done, and what was done is said and known", async () => {
  const file = join(folder, "edges.txt");
  writeFileSync(file, Array.from({ length: 5_000 }, (_, i) => `${i + 1} ${i + 2}\n`).join(""));
  const friends = await slowFriends(8);
  await using server = friends.server;
  const first = importing(file, server.address, "--concurrency", "250");
  const ended = once(first, "exit");
  const told = outcome(first);
  await friends.waits;
  first.kill("SIGINT");
  friends.goOn();
  const { counts, said } = await told;
  expect(await ended).toEqual([1, null]);
  expect(said).toContain("stopped: interrupted; --resume goes on from there");
  expect(said).toContain(`imported ${counts.imported}`);
  expect(counts).toMatchObject({ exitCode: 1, stopped: expect.stringContaining("interrupted") });
  expect(counts.imported).toBeLessThan(5_000);
  const { counts: rest } = await outcome(importing(file, server.address, "--resume"));
  expect(rest.resumed).toBeGreaterThan(0);
  expect(rest.resumed + rest.imported).toBe(5_000);
  expect(rest.stopped).toBeUndefined();
});
