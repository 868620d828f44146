import { resolve } from "node:path";
import { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { createGraph } from "../../population/graph/graph.ts";
import { readConfig, readVariable } from "../../services/platform/config/config.ts";
import { everyProcess } from "../../services/platform/config/every-process.ts";
import { addressesVariable } from "../../services/platform/config/mesh.ts";
import type { Environment } from "../../services/platform/config/variable.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import type { Credentials } from "../../services/platform/grpc/credentials/credentials.ts";
import type { DomainError } from "../../services/platform/grpc/errors/errors.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { scrapeAll } from "../../tools/mesh/scrape.ts";
import { planMesh } from "../../tools/mesh/services.ts";
import type { WorldSpec } from "../scenarios/scenario.ts";
import { loadCredentials } from "./load-credentials.ts";
import { meteredParts } from "./metered.ts";
import { askOwners, OwnerTable } from "./owners.ts";
import type { OpenTarget } from "./target.ts";
import { TargetError } from "./target-error.ts";

export interface ConnectOptions {
  /** Its people must be those of the mesh. */
  readonly world: WorldSpec;
  /** TIDINGS_PORT_BASE, or TIDINGS_POST_ADDRESSES and the like, as the mesh's own; else the well-known ports. */
  readonly env?: Environment;
}

const ROOT = resolve(import.meta.dirname, "../..");
const HOST = "127.0.0.1";
const ANSWER_MS = 2_000;
/** So many people's friends are counted on both sides. */
const COMPARED = 5;
/** What says how callers show who they are, and by what they know the gateway. */
const SHOWN = [
  "TIDINGS_JWT_ISSUER",
  "TIDINGS_JWT_AUDIENCE",
  "TIDINGS_TLS",
  "TIDINGS_CERTS_DIR",
  "TIDINGS_GATEWAY_TLS_CERT_FILE",
];

/**
 * A mesh that runs already, as one of `npm start`: nothing of it is started or ended, and its processes are
 * not known. Throws TargetError when it is down, or serves another world.
 */
export async function connectTarget({
  world,
  env = process.env,
}: ConnectOptions): Promise<OpenTarget> {
  const named = readConfig(
    {
      gateway: addressesVariable("gateway", env),
      post: addressesVariable("post", env),
      friend: addressesVariable("friend", env),
      timeline: addressesVariable("timeline", env),
      ranking: addressesVariable("ranking", env),
      engagement: addressesVariable("engagement", env),
    },
    env,
  );
  const credentials = await loadCredentials(env);
  const timeline = await timelinesOf(named.timeline, credentials);
  const base = readVariable(everyProcess.portBase, env) || undefined;
  const metered = {
    host: HOST,
    plans: planMesh({ base, timelines: timeline.length, host: HOST }).plans,
    credentials,
  };
  await checkAnswers(metered);
  await checkWorld({ addresses: named.friend, credentials }, world);
  const owners = await OwnerTable.open(timeline, timeline.length > 1, credentials);
  const dataDir = resolve(ROOT, env.TIDINGS_DATA_DIR ?? ".data");
  const identity = SHOWN.flatMap((name) => (env[name] ? [[name, env[name]] as const] : []));
  return {
    description: {
      kind: "running",
      engine: "unknown",
      timelines: timeline.length,
      owners: timeline.length,
      node: "unknown",
      commit: "unknown",
      env: {},
    },
    addresses: { ...named, timeline },
    get ownerByShard() {
      return owners.byShard;
    },
    ownerOf: (viewer) => owners.ownerOf(viewer),
    processes: [],
    ...meteredParts(metered),
    faults: undefined,
    broken: new Promise(() => {}), // nobody tells; its calls fail
    tokenEnv: { ...Object.fromEntries(identity), TIDINGS_DATA_DIR: dataDir },
    dataDir,
    [Symbol.asyncDispose]: async () => owners[Symbol.dispose](),
  };
}

/** All that own shards, found by asking those that are named. */
async function timelinesOf(
  named: readonly string[],
  credentials: Credentials,
): Promise<readonly string[]> {
  const owners = await askOwners(named, credentials).catch(() => {
    throw down(`No timeline process answers at ${named.join(", ")}`);
  });
  const found = new Set(owners.filter((owner) => owner !== undefined));
  if (found.size === 0) throw down(`Nobody owns the timelines at ${named.join(", ")} now`);
  return [...found].sort();
}

async function checkAnswers(metered: Parameters<typeof scrapeAll>[0]): Promise<void> {
  const pages = await scrapeAll(metered);
  const silent = metered.plans.filter(({ label }) => pages.get(label) === undefined);
  if (silent.length === 0) return;
  const list = silent.map(({ label, metricsPort }) => `${label} (${HOST}:${metricsPort})`);
  throw down(`No metrics page of ${list.join(", ")}, which shows whether work waits`);
}

function down(what: string): TargetError {
  return new TargetError(
    `${what}. Is the mesh running? Start it with \`npm start\`, name another with TIDINGS_PORT_BASE, or ` +
      "let the load start one of its own.",
  );
}

/** Posts of people whom the mesh does not know as the world does would reach nobody. */
async function checkWorld(
  { addresses, credentials }: { addresses: readonly string[]; credentials: Credentials },
  world: WorldSpec,
): Promise<void> {
  const graph = createGraph(world);
  const people = Array.from(
    { length: COMPARED },
    (_, i) => 1 + Math.floor((i * (world.people - 1)) / (COMPARED - 1)),
  );
  using channel = connect(addresses, {
    log: createLogger("load", "silent"),
    defaultDeadlineMs: ANSWER_MS,
    credentials,
    to: "friend",
  });
  const friends = createClient(FriendServiceService, channel);
  const { friendCounts } = await friends
    .countFriends({ userIds: people.map(BigInt) })
    .catch((error: DomainError) => {
      if (error.code === "NOT_FOUND") return { friendCounts: [] };
      throw down(`The friend service at ${addresses.join(", ")} fails (${error.message})`);
    });
  if (people.every((person, i) => friendCounts[i] === graph.degree(person))) return;
  const { seed, meanFriends = 0 } = world;
  throw new TargetError(
    `The running mesh has other friendships than this world. Start it with them: ` +
      `TIDINGS_FRIEND_GRAPH=synthetic TIDINGS_FRIEND_SYNTHETIC_PEOPLE=${world.people} ` +
      `TIDINGS_FRIEND_SYNTHETIC_SEED=${seed} TIDINGS_FRIEND_SYNTHETIC_MEAN=${meanFriends} ` +
      "npm start -- --no-world",
  );
}
