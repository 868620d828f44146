import type { Client } from "cassandra-driver";
import { GetTimelineRequest, TimelineServiceService } from "#gen/timeline/v1/timeline.ts";
import { cpuSeconds } from "../../loadtest/measure/machine/process-use.ts";
import { makePostId, userIdOf } from "../../services/model/ids.ts";
import {
  encodeAppendEntries,
  type PostAppendHot,
} from "../../services/model/wire/append-entries.ts";
import { pairsOf } from "../../services/model/wire/id-pairs.ts";
import { inParallel } from "../../services/platform/concurrency/in-parallel.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { engineSets } from "../../test/support/engines/engine-sets.ts";
import { dropKeyspace } from "../../tools/engines/private/remove-own.ts";
import { startBenchMesh } from "../support/bench-mesh.ts";
import { inFlight } from "../support/in-flight.ts";
import { type Benchmark, type Row, short } from "../support/table.ts";
import { connectDriver } from "./bare-driver.ts";
import { databasePids } from "./engine-pids.ts";

const VIEWERS = 2_000;
const VIEWERS_PER_POST = 200;
const POSTS_PER_CALL = 10;
const CALLS_IN_FLIGHT = 4;
const SEARCH_MS = 1_500;
const MEASURE_MS = 1_500;
/** Each side is measured so often, in turns: the machine's hours differ, and so do its seconds. */
const TURNS = 8;
const AIM = "at least 0.8 of the loop";
const WHAT = "AppendEntries into CQL, 200 viewers a post, 10 posts a call";

/** Sends until the time is over; resolves to deliveries. */
type Load = (ms: number) => Promise<number>;

/** What one side did in all its turns. */
class Total {
  readonly #pids: readonly number[];
  readonly #cpuSeconds: number[];
  #deliveries = 0;
  #seconds = 0;

  /** @param pids whose CPU counts: before the database, and the database, where it is of this machine */
  constructor(pids: readonly number[]) {
    this.#pids = pids;
    this.#cpuSeconds = pids.map(() => 0);
  }

  async add(load: Load): Promise<void> {
    const before = this.#pids.map(cpuSeconds);
    const startedMs = performance.now();
    this.#deliveries += await load(MEASURE_MS);
    this.#seconds += (performance.now() - startedMs) / 1_000;
    for (const [i, pid] of this.#pids.entries()) {
      this.#cpuSeconds[i] += cpuSeconds(pid) - before[i];
    }
  }

  get perSecond(): number {
    return this.#deliveries / this.#seconds;
  }

  get text(): string {
    const [before, database] = this.#cpuSeconds.map(
      (seconds) => `${((seconds / this.#deliveries) * 1e6).toFixed(1)} us CPU a row`,
    );
    const inIt = database === undefined ? "" : `, ${database} in it`;
    return `${short(this.perSecond)} rows/s; ${before} before the database${inIt}`;
  }
}

export const cqlAppends: Benchmark = {
  name: "cql-appends",
  about: "AppendEntries on CQL, against a bare loop over the driver at its best grouping",
  async run() {
    const [, { env }] = await engineSets();
    if (!env)
      return [{ what: WHAT, measured: "left out: engines are not up", ratio: "", aim: AIM }];
    const database = await databasePids();
    const mesh = await startBenchMesh(["post", "friend", "timeline"], env);
    const driver = await connectDriver(env);
    try {
      const ours = await overGrpc(mesh.address("timeline"));
      const best = await bestGrouping(driver);
      const { batchRows, batches } = best;
      const bare = bareLoop(driver, batchRows, batches);
      const total = new Total([mesh.process("timeline").pid, ...database]);
      const bareTotal = new Total([process.pid, ...database]);
      for (let turn = 0; turn < TURNS; turn++) {
        await bareTotal.add(bare);
        await total.add(ours.load);
      }
      ours.close();
      return rowsOf(total, bareTotal, `${batchRows} rows a batch, ${batches} in flight`);
    } finally {
      await driver.shutdown();
      await mesh.stop();
      await dropKeyspace(env);
    }
  },
};

function rowsOf(ours: Total, bare: Total, grouping: string): readonly Row[] {
  const what = `bare loop over cassandra-driver, unlogged batches: ${grouping}`;
  return [
    { what, measured: bare.text, ratio: "1x", aim: "" },
    {
      what: WHAT,
      measured: ours.text,
      ratio: `${(ours.perSecond / bare.perSecond).toFixed(2)}x`,
      aim: AIM,
    },
  ];
}

/** The same rows as the service writes, with nothing around them. */
const INSERT = `INSERT INTO timeline_entries (viewer, day, epoch, post_id, author_id)
  VALUES (?, ?, ?, ?, ?) USING TTL ?`;
const DAY_MS = 86_400_000;
const TTL_SECONDS = 29 * 86_400;
/** Of no activation: the service never reads these. */
const EPOCH = 1n;

async function bestGrouping(driver: Client) {
  let best = { batchRows: 1, batches: 128, sent: 0 };
  await bareLoop(driver, 20, 16)(2 * SEARCH_MS);
  for (const batchRows of [1, 10, 20, 30, 60]) {
    for (const batches of batchRows === 1 ? [128] : [8, 16, 32]) {
      const sent = await bareLoop(driver, batchRows, batches)(SEARCH_MS);
      if (sent > best.sent) best = { batchRows, batches, sent };
    }
  }
  return best;
}

function bareLoop(driver: Client, batchRows: number, batches: number): Load {
  const options = { prepare: true, logged: false, isIdempotent: true };
  const next = deliveries();
  return (ms) =>
    sendFor(ms, batches, async () => {
      const queries = Array.from({ length: batchRows }, () => {
        const { viewer, post, author } = next();
        const params = [viewer, Math.floor(Date.now() / DAY_MS), EPOCH, post, author, TTL_SECONDS];
        return { query: INSERT, params };
      });
      if (batchRows === 1) await driver.execute(INSERT, queries[0].params, options);
      else await driver.batch(queries, options);
      return batchRows;
    });
}

async function overGrpc(address: string): Promise<{ load: Load; close(): void }> {
  const log = createLogger("bench", "warn");
  const channel = connect(address, { log, defaultDeadlineMs: 60_000, retry: "none" });
  const { appendEntries, getTimeline } = createClient(
    {
      ...TimelineServiceService,
      appendEntries: {
        ...TimelineServiceService.appendEntries,
        requestSerialize: encodeAppendEntries,
      },
    },
    channel,
  );
  const reads = Array.from({ length: VIEWERS }, (_, i) => () => {
    return getTimeline(GetTimelineRequest.fromPartial({ viewerId: BigInt(i + 1) }));
  });
  await inFlight(reads, 32);
  const next = deliveries();
  const load: Load = (ms) =>
    sendFor(ms, CALLS_IN_FLIGHT, async () => {
      const appends = Array.from({ length: POSTS_PER_CALL }, () => postFrom(next));
      const { appendedCount } = await appendEntries({ appends });
      if (appendedCount !== POSTS_PER_CALL * VIEWERS_PER_POST) {
        throw new Error(`Only ${appendedCount} entries were new.`);
      }
      return appendedCount;
    });
  return { load, close: () => channel.close() };
}

function postFrom(next: () => Delivery): PostAppendHot {
  const all = Array.from({ length: VIEWERS_PER_POST }, next);
  const { post, author } = all[0];
  return {
    postId: post,
    authorId: userIdOf(author),
    deleted: false,
    viewers: pairsOf(all.map(({ viewer }) => viewer)),
    createTimeMs: Date.now(),
    requestId: "",
  };
}

type Delivery = ReturnType<ReturnType<typeof deliveries>>;

/** Posts one after another, each for viewers spread over everyone, ascending as friend lists are. */
function deliveries() {
  const stride = VIEWERS / VIEWERS_PER_POST;
  let count = 0;
  let id = { post: makePostId(Date.now(), 1, 0), author: 0n };
  return () => {
    const i = count % VIEWERS_PER_POST;
    const post = Math.floor(count++ / VIEWERS_PER_POST);
    if (i === 0) {
      id = {
        post: makePostId(Date.now(), 1, post % 4_096),
        author: BigInt(1_000_000 + (post % 400)),
      };
    }
    return { viewer: BigInt(1 + ((post * 7_919) % stride) + i * stride), ...id };
  };
}

async function sendFor(ms: number, lanes: number, send: () => Promise<number>): Promise<number> {
  const endMs = performance.now() + ms;
  function* inTime() {
    while (performance.now() < endMs) yield undefined;
  }
  const counts = await inParallel(lanes, inTime(), send);
  return counts.reduce((sum, count) => sum + count, 0);
}
