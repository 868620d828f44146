import {
  AppendEntriesResponse,
  GetTimelineRequest,
  TimelineServiceService,
} from "#gen/timeline/v1/timeline.ts";
import {
  openRawConnection,
  type RawConnection,
  rawMethod,
} from "../../loadtest/drivers/http2/connection.ts";
import { cpuSeconds } from "../../loadtest/measure/machine/process-use.ts";
import { makePostId, userIdOf } from "../../services/model/ids.ts";
import {
  encodeAppendEntries,
  type PostAppendHot,
} from "../../services/model/wire/append-entries.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { type BenchMesh, startBenchMesh } from "../support/bench-mesh.ts";
import { inFlight } from "../support/in-flight.ts";
import { type Benchmark, type Row, short } from "../support/table.ts";

const PATH = "/tidings.timeline.v1.TimelineService/AppendEntries";
const VIEWERS = 20_000;
const POSTS_PER_CALL = 10;
const CALLS_IN_FLIGHT = 8;
const MEASURED = 4_000_000;
const FILL_TO = 20_000_000;
/** Far enough back that all posts of a run are in the past. */
const FIRST_POST_MS = Date.now() - 86_400_000;

/** Durable appends over gRPC, client included, at several viewers a post, and again on 20M entries. */
export const appendEntries: Benchmark = {
  name: "append-entries",
  about: "AppendEntries, embedded, durable: deliveries a second on this machine, client included",
  async run() {
    const mesh = await startBenchMesh(["post", "friend", "timeline"]);
    const connection = await openRawConnection(mesh.address("timeline"));
    try {
      await activateAll(mesh);
      const load = new Appends(connection, mesh);
      const early = await load.run(200, MEASURED);
      const rows = [row("200 viewers a post, from empty", early, "", "at least 1M/s")];
      for (const viewers of [50, 10, 4]) {
        const result = await load.run(viewers, (MEASURED * viewers) / 200);
        rows.push(row(`${viewers} viewers a post`, result, ratioOf(result, early), ""));
      }
      await load.run(200, FILL_TO - load.delivered);
      const late = await load.run(200, MEASURED);
      const at = `200 viewers a post, after ${short(FILL_TO)}`;
      rows.push(row(at, late, ratioOf(late, early), "no slower"));
      return rows;
    } finally {
      connection.close();
      await mesh.stop();
    }
  },
};

interface Measured {
  readonly perSecond: number;
  readonly serverCpuNanos: number;
}

function ratioOf(one: Measured, base: Measured): string {
  return `${(one.perSecond / base.perSecond).toFixed(2)}x`;
}

function row(
  what: string,
  { perSecond, serverCpuNanos }: Measured,
  ratio: string,
  aim: string,
): Row {
  const cpu = `${serverCpuNanos.toFixed(0)} ns server CPU each`;
  return { what: `AppendEntries, ${what}`, measured: `${short(perSecond)}/s, ${cpu}`, ratio, aim };
}

class Appends {
  delivered = 0;
  readonly #connection: RawConnection;
  readonly #pid: number;
  readonly #method: ReturnType<typeof rawMethod>;
  #post = 0;

  constructor(connection: RawConnection, mesh: BenchMesh) {
    this.#connection = connection;
    this.#pid = mesh.process("timeline").pid;
    this.#method = rawMethod(mesh.address("timeline"), PATH);
  }

  /** Sends calls of 10 posts until `deliveries` are acknowledged. */
  async run(viewersPerPost: number, deliveries: number): Promise<Measured> {
    const calls = Math.ceil(deliveries / viewersPerPost / POSTS_PER_CALL);
    const cpu = cpuSeconds(this.#pid);
    const startedMs = performance.now();
    await inFlight(
      Array.from({ length: calls }, () => () => this.#call(viewersPerPost)),
      CALLS_IN_FLIGHT,
    );
    const seconds = (performance.now() - startedMs) / 1000;
    const sent = calls * POSTS_PER_CALL * viewersPerPost;
    this.delivered += sent;
    return {
      perSecond: sent / seconds,
      serverCpuNanos: ((cpuSeconds(this.#pid) - cpu) / sent) * 1e9,
    };
  }

  #call(viewersPerPost: number): Promise<void> {
    const message = encodeAppendEntries({
      appends: Array.from({ length: POSTS_PER_CALL }, () => this.#append(viewersPerPost)),
    });
    return new Promise((resolve, reject) => {
      const done = (status: number, body: Uint8Array | undefined) => {
        if (status !== 0) return reject(new Error(`AppendEntries failed with status ${status}.`));
        const { appendedCount } = AppendEntriesResponse.decode(body ?? new Uint8Array());
        if (appendedCount !== POSTS_PER_CALL * viewersPerPost) {
          return reject(new Error(`Only ${appendedCount} entries were new.`));
        }
        resolve();
      };
      const send = () => {
        if (this.#connection.send(this.#method, { message }, done) === 0) setImmediate(send);
      };
      send();
    });
  }

  /** One post for viewers spread over everyone, ascending as friend lists are. */
  #append(viewersPerPost: number): PostAppendHot {
    const post = this.#post++;
    const stride = Math.floor(VIEWERS / viewersPerPost);
    const first = (post * 7_919) % stride;
    const viewers = new Uint32Array(2 * viewersPerPost);
    for (let i = 0; i < viewersPerPost; i++) viewers[2 * i] = 1 + first + i * stride;
    return {
      postId: makePostId(FIRST_POST_MS + post, 1, 0),
      authorId: userIdOf(1_000_000 + (post % 400)),
      deleted: false,
      viewers,
      createTimeMs: Date.now(),
      requestId: "",
    };
  }
}

async function activateAll(mesh: BenchMesh): Promise<void> {
  const channel = connect(mesh.address("timeline"), {
    log: createLogger("bench", "warn"),
    defaultDeadlineMs: 60_000,
  });
  const timelines = createClient(TimelineServiceService, channel);
  const read = (viewerId: bigint) =>
    timelines.getTimeline(GetTimelineRequest.fromPartial({ viewerId }));
  await inFlight(
    Array.from({ length: VIEWERS }, (_, i) => () => read(BigInt(i + 1))),
    64,
  );
  channel.close();
}
