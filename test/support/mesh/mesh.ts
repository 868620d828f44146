import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { PostServiceService } from "#gen/post/v1/post.ts";
import { type GetShardMapResponse, TimelineServiceService } from "#gen/timeline/v1/timeline.ts";
import type { Caller } from "../../../services/model/callers.ts";
import { systemClock } from "../../../services/platform/clock/system-clock.ts";
import type { Client } from "../../../services/platform/grpc/call.ts";
import { connect, createClient } from "../../../services/platform/grpc/client/client.ts";
import {
  createShardRouter,
  type ShardRouter,
} from "../../../services/platform/grpc/client/router.ts";
import { unavailable } from "../../../services/platform/grpc/errors/errors.ts";
import { PATIENT } from "../../../services/platform/grpc/testing/patient.ts";
import { dropKeyspace } from "../../../tools/engines/private/remove-own.ts";
import { claimPorts } from "../../../tools/mesh/free-ports.ts";
import { launchMesh, type Mesh, type MeshOptions } from "../../../tools/mesh/mesh.ts";
import type { NeighbourName } from "../../../tools/mesh/services.ts";
import { settle } from "../../../tools/mesh/settle.ts";

export type TimelineClient = Client<typeof TimelineServiceService>;

export interface TestMesh extends Mesh {
  readonly dataDir: string;
  readonly posts: Client<typeof PostServiceService>;
  readonly friends: Client<typeof FriendServiceService>;
  /** A client of each timeline process, by its place in the list of addresses. */
  readonly timelines: readonly TimelineClient[];
  /** Finds the owner of a shard, as the services do. */
  readonly router: ShardRouter<TimelineClient>;
  /** Waits until outboxes, bus, worker and fills are empty, by their counters. */
  settle(): Promise<void>;
  /** Ends the mesh and removes its data. */
  end(): Promise<void>;
}

export interface TestMeshOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly timelines?: number;
  /** Processes of each service that keeps nothing itself, on CQL. */
  readonly copies?: number;
  /** Services beside the mesh. */
  readonly neighbours?: readonly NeighbourName[];
  readonly console?: boolean;
  /** What puts a process into its place, before its program. */
  readonly throughOf?: MeshOptions["throughOf"];
  /** Data of an earlier mesh, to start again on. */
  readonly dataDir?: string;
}

const ROOT = resolve(import.meta.dirname, "../../..");

/** Quotas that no test meets by accident. */
const ROOMY = {
  TIDINGS_LOG_LEVEL: "info",
  // A machine whose cores are busy answers late, and no test is about that.
  TIDINGS_START_WAIT: "60s",
  TIDINGS_GATEWAY_REQUEST_TIMEOUT: "60s",
  TIDINGS_GATEWAY_REACTIONS_TIMEOUT: "30s",
  TIDINGS_TIMELINE_PAGE_WAIT: "30s",
  TIDINGS_TIMELINE_COLD_WAIT: "30s",
  TIDINGS_TIMELINE_RANK_TIMEOUT: "30s",
  TIDINGS_TIMELINE_SOURCE_TIMEOUT: "30s",
  TIDINGS_POST_QUOTA_PER_MINUTE: "1000000",
  TIDINGS_POST_QUOTA_BURST: "1000000",
};

/** A whole mesh of real processes on free ports, with data in a temporary folder. */
export async function startTestMesh(options: TestMeshOptions = {}): Promise<TestMesh> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "tidings-mesh-"));
  const block = await claimPorts();
  const launch = launchMesh({
    env: { ...process.env, ...ROOMY, ...options.env },
    root: ROOT,
    dataDir,
    portBase: block.base,
    timelines: options.timelines ?? 1,
    copies: options.copies ?? 1,
    neighbours: options.neighbours ?? [],
    console: options.console ?? false,
    ...(options.throughOf && { throughOf: options.throughOf }),
  });
  const mesh = await launch.ready;
  const { ports, credentials } = mesh;
  const open = (port: number, to: Caller) =>
    connect(`${mesh.host}:${port}`, { ...PATIENT, credentials, to });
  const channels = [
    open(ports.post, "post"),
    open(ports.friend, "friend"),
    ...ports.timeline.map((port) => open(port, "timeline")),
  ];
  const [post, friend, ...timeline] = channels;
  const timelines = timeline.map((channel) => createClient(TimelineServiceService, channel));
  const router = createShardRouter<TimelineClient>({
    lookup: () => newestShardMap(timelines),
    connect: (address) => ({
      client: timelines[ports.timeline.findIndex((port) => address === `${mesh.host}:${port}`)],
      close: () => {},
    }),
  });
  return {
    ...mesh,
    dataDir,
    posts: createClient(PostServiceService, post),
    friends: createClient(FriendServiceService, friend),
    timelines,
    router,
    settle: () => settle(mesh, SETTLE_MS),
    end: async () => {
      router.close();
      for (const channel of channels) channel.close();
      await mesh.stop();
      await block[Symbol.asyncDispose]();
      rmSync(dataDir, { recursive: true, force: true });
      if (options.env?.TIDINGS_CQL_KEYSPACE) await dropKeyspace(options.env);
    },
  };
}

/** A process may be stopped: once another has answered, it is waited for no longer than so. */
const LOOKUP_MS = 1_000;
/** Below what a test may take, for it says what waits. */
const SETTLE_MS = 110_000;

/** From whoever answers: a process may be gone, or stopped. */
async function newestShardMap(timelines: readonly TimelineClient[]): Promise<GetShardMapResponse> {
  const maps: GetShardMapResponse[] = [];
  const asked = timelines.map(async (timeline) => void maps.push(await timeline.getShardMap({})));
  await Promise.race([Promise.allSettled(asked), systemClock.delay(LOOKUP_MS)]);
  if (maps.length === 0) await Promise.any(asked).catch(() => {});
  const [newest] = maps.sort((a, b) => (a.version > b.version ? -1 : 1));
  if (!newest) throw unavailable("no timeline process answers");
  return newest;
}
