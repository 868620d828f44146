import { expect, it } from "vitest";
import { PostServiceService } from "#gen/post/v1/post.ts";
import { encodePostLogRow } from "../../../model/wire/post-log-row.ts";
import { ManualClock } from "../../../platform/clock/manual-clock.ts";
import { PushStream } from "../../../platform/concurrency/push-stream.ts";
import { unavailable } from "../../../platform/grpc/errors/errors.ts";
import { implement, startGrpcServer } from "../../../platform/grpc/server/server.ts";
import { createLogger } from "../../../platform/telemetry/logger.ts";
import { createMetrics } from "../../../platform/telemetry/metrics.ts";
import { LogStreams } from "./log-streams.ts";

const log = createLogger("test", "silent");
const LOOK_MS = 5_000;

/** A post service of which nothing is there but its streams. */
async function startWriter() {
  const streams: PushStream<{ generation: bigint; seq: bigint }>[] = [];
  const notThere = () => {
    throw unavailable("not here");
  };
  const others = Object.keys(PostServiceService).map((name) => [name, notThere]);
  const server = await startGrpcServer(
    ...[{ host: "127.0.0.1", port: 0, log, metrics: createMetrics("test"), ...DEADLINES }],
    [
      implement(PostServiceService, {
        ...Object.fromEntries(others),
        watchPostLog: async function* () {
          const stream = new PushStream<{ generation: bigint; seq: bigint }>();
          streams.push(stream);
          for await (const { generation, seq } of stream) {
            const packed = encodePostLogRow(0n, [{ postId: seq, authorId: 1n, deleted: false }]);
            yield {
              head: { generation, seq, bucket: 1 },
              rows: [{ seq, bucket: 1, previousBucket: 1, packed }],
            };
          }
        },
      } as never),
    ],
  );
  return { server, streams };
}
const DEADLINES = { defaultDeadlineMs: 5_000, drainMs: 100 };

it("hears each process, opens what ends again, and finds those that come later", async () => {
  const clock = new ManualClock();
  const [first, second] = [await startWriter(), await startWriter()];
  await using one = first.server;
  await using other = second.server;
  const there = new Set([one.address]);
  const heard: string[] = [];
  let told = Promise.withResolvers<void>();
  const note = (what: string) => {
    heard.push(what);
    told.resolve();
    told = Promise.withResolvers();
  };
  const nameOf = (address: string) => (address === one.address ? "one" : "other");
  const listener = {
    heard: (address: string, { head, rows }: { head: { seq: number }; rows: readonly unknown[] }) =>
      note(`${nameOf(address)} ${head.seq} ${rows.length}`),
    lost: (address: string) => note(`${nameOf(address)} lost`),
  };
  const options = { addresses: ["post:1"], connect: { log }, clock, random: () => 0 };
  const replicas = async () => new Set(there);
  await using streams = new LogStreams({ ...options, replicas }, listener);
  const opened = async ({ streams: open }: typeof first, count: number) => {
    while (open.length < count) await new Promise((resolve) => setImmediate(resolve));
    return open[count - 1];
  };
  const say = async (stream: Awaited<ReturnType<typeof opened>>, seq: bigint) => {
    const next = told.promise;
    stream.push({ generation: 7n, seq });
    await next;
  };
  const begun = await opened(first, 1);
  await say(begun, 1n);
  const lost = told.promise;
  begun.end();
  await lost;
  // Not at once: so that one which refuses is not asked without end.
  expect(first.streams).toHaveLength(1);
  await clock.advance(100);
  await say(await opened(first, 2), 2n);
  there.add(other.address);
  await clock.advance(LOOK_MS);
  await say(await opened(second, 1), 9n);
  expect(heard).toEqual(["one 1 1", "one lost", "one 2 1", "other 9 1"]);
  expect(streams).toBeDefined();
});
