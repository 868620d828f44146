import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { present } from "../../services/model/invariant.ts";
import { startTestMesh, type TestMesh } from "../../test/support/mesh/mesh.ts";
import { befriendAll, readOnce } from "../../test/support/mesh/people.ts";
import { startThreeBrokers, startThreeNodes } from "../engines/private/clusters.ts";
import type { PrivateEngine } from "../engines/private/private-engine.ts";
import { settle } from "../mesh/settle.ts";
import type { StreamsVerdict } from "../trial/streams/follow-all.ts";
import { Crowd } from "./crowd.ts";
import { startFirstAlive } from "./first-alive.ts";

export interface TrialOptions {
  readonly people: number;
  /** Between two kills, and after the last. */
  readonly pauseSeconds: number;
  readonly say: (line: string) => void;
}

export interface TrialResult {
  readonly posts: number;
  readonly scrolls: number;
  readonly lapses: number;
  readonly kills: number;
  readonly entries: number;
  readonly lost: number;
  readonly extra: number;
  readonly repeated: number;
  readonly streams: StreamsVerdict;
}

/** Friends that only popular people have: they neither post nor read. */
const FANS = 12;
const POPULAR = 2;
const FIRST_FAN = 1_000n;
const SETTLE_MS = 300_000;
const START_TRIES = 5;
const PORT = /:(\d+)$/;

/**
 * A mesh on three nodes of each engine, of which one is killed -9 during traffic, as is each service. Some
 * authors are popular, timelines lapse, rings are short and the index reaches back a minute: so scrolls come
 * from everywhere. Then everybody's timeline, and what live streams have shown, is compared with all acknowledged posts.
 */
export async function clusterTrial(options: TrialOptions): Promise<TrialResult> {
  const { say, people: count, pauseSeconds } = options;
  await using parts = new AsyncDisposableStack();
  say("three Cassandra nodes and three brokers start");
  const nodes = await startThreeNodes(parts);
  const brokers = await startThreeBrokers(parts);
  const ports = brokers.map(({ address }) => Number(present(PORT.exec(address))[1]));
  const balancer = parts.use(await startFirstAlive(ports));
  const mesh = await startTestMesh({ env: environment(nodes, balancer.address), timelines: 2 });
  parts.defer(() => mesh.end());
  say(`a mesh of ${mesh.processes.size} processes runs on them, with 3 copies of everything`);
  const people = Array.from({ length: count }, (_, i) => BigInt(i + 1));
  await befriendAll(mesh, people);
  await befriendFans(mesh, people.slice(0, POPULAR));
  await readOnce(mesh, people);
  await settle(mesh, SETTLE_MS);
  const crowd = new Crowd(mesh, people);
  crowd.begin();
  const victims = victimsOf(mesh, nodes, brokers);
  for (const { name, kill, start } of victims) {
    await delay(1_000 * pauseSeconds);
    say(`kill -9: ${name} (${crowd.counts.posts} posts so far)`);
    await kill();
    await start();
  }
  await delay(1_000 * pauseSeconds);
  await crowd.end();
  say(`${crowd.counts.posts} posts are acknowledged; waiting until all is quiet`);
  await settle(mesh, SETTLE_MS);
  const streams = await crowd.streams();
  return { ...crowd.counts, kills: victims.length, ...(await crowd.check()), streams };
}

function environment(nodes: readonly PrivateEngine[], broker: string) {
  const name = `trial_${randomBytes(5).toString("hex")}`;
  return {
    TIDINGS_ENGINE: "cql",
    TIDINGS_AMQP_URL: `amqp://guest:guest@${broker}`,
    TIDINGS_AMQP_PREFIX: name,
    TIDINGS_CQL_CONTACT_POINTS: nodes.map(({ address }) => address).join(","),
    TIDINGS_CQL_LOCAL_DC: "datacenter1",
    TIDINGS_CQL_REPLICATION: "3",
    TIDINGS_CQL_KEYSPACE: name,
    TIDINGS_POPULAR_FRIENDS: "30",
    TIDINGS_TIMELINE_RING_ENTRIES: "16",
    TIDINGS_TIMELINE_INDEX_SPAN: "1m",
  };
}

/** Enough of them to be pulled. */
async function befriendFans(mesh: TestMesh, popular: readonly bigint[]): Promise<void> {
  const fans = Array.from({ length: FANS }, (_, i) => FIRST_FAN + BigInt(i));
  const pairs = popular.flatMap((userId) => fans.map((friendId) => ({ userId, friendId })));
  await Promise.all(pairs.map((pair) => mesh.friends.addFriend(pair)));
}

/** On a busy machine an engine may take longer than its start waits; it goes on starting meanwhile. */
async function startAgain(engine: PrivateEngine): Promise<void> {
  for (let tries = 1; ; tries++) {
    const failure = await engine.start().then(
      () => undefined,
      (error: Error) => error,
    );
    if (!failure) return;
    if (tries === START_TRIES) throw failure;
  }
}

interface Victim {
  readonly name: string;
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** A node of each engine, the one that has most to say first, and each process of the mesh. */
function victimsOf(
  mesh: TestMesh,
  [node]: readonly PrivateEngine[],
  [broker]: readonly PrivateEngine[],
): readonly Victim[] {
  const engine = (name: string, one: PrivateEngine): Victim => ({
    name,
    kill: () => one.kill(),
    start: () => startAgain(one),
  });
  const services = [...mesh.processes.keys()].map(
    (label): Victim => ({
      name: label,
      kill: () => mesh.kill(label, "SIGKILL"),
      start: () => mesh.restart(label),
    }),
  );
  return [
    engine("a Cassandra node of three", node),
    engine("the broker of three that all are connected to", broker),
    ...services,
  ];
}
