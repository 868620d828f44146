import { setTimeout as delay } from "node:timers/promises";
import { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { present } from "../../services/model/invariant.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { launchMesh, type Mesh, type MeshOptions } from "../mesh/mesh.ts";
import { settle } from "../mesh/settle.ts";
import { developmentToken } from "../token/development-token.ts";
import { type Errors, noErrors, oneRetry, type Retry, type Send } from "./one-retry.ts";
import { Deeds, live, type Person, scrollAll } from "./people.ts";
import { eventStream } from "./streams/event-stream.ts";
import { type FollowedStreams, followAll, type StreamsVerdict } from "./streams/follow-all.ts";
import { judge, type Shown, type Verdict } from "./verdict.ts";

export interface TrialOptions {
  readonly mesh: MeshOptions;
  readonly people: number;
  /** A client's second try. */
  readonly retry: Retry;
  /** People live undisturbed before it and behind it for so long, ms. */
  readonly calmMs: number;
  /** What happens to the mesh meanwhile. */
  readonly happen: (mesh: Mesh) => Promise<void>;
  /** Which of several things is happening, or did last. */
  readonly amid?: () => string;
}

export interface TrialResult {
  readonly verdict: Verdict;
  /** Of those who also follow their timelines live. */
  readonly streams: StreamsVerdict;
  readonly errors: Errors;
  readonly deeds: Deeds;
  /** From the end of it all until everything was quiet, and every page whole. */
  readonly recoveredMs: number;
}

const PAUSE_MS = 60;
const TIMEOUT_MS = 10_000;
const QUIET_BOUND_MS = 120_000;
/** So many people follow their timelines live, and are shown the rest within this time once all is quiet. */
const FOLLOWERS = 3;
const STREAM_PATIENCE_MS = 60_000;
/** Quotas that nobody meets. */
const ROOMY = { TIDINGS_POST_QUOTA_PER_MINUTE: "1000000", TIDINGS_POST_QUOTA_BURST: "1000000" };

/**
 * People post and read through the gateways of a mesh of its own while something happens to it, and some follow
 * their timelines live. When it is quiet again, everybody's whole timeline, and what streams have shown, is held
 * against what was acknowledged.
 */
export async function runTrial(options: TrialOptions): Promise<TrialResult> {
  const env = { ...options.mesh.env, ...ROOMY };
  const launch = launchMesh({ ...options.mesh, env });
  const stopping = new AbortController();
  let followed: FollowedStreams | undefined;
  try {
    const mesh = await launch.ready;
    const errors = noErrors();
    const send = clientOf(mesh, options, errors);
    const people = await makePeople(mesh, options);
    const deeds = new Deeds();
    followed = followSome(mesh, people, deeds);
    const wait = (ms: number) => delay(ms);
    const { signal } = stopping;
    const lives = live({ people, send, pauseMs: PAUSE_MS, delay: wait, signal }, deeds);
    const died = deathIn(mesh);
    const isOver = Promise.race([disturb(mesh, options), lives, died]);
    await isOver.finally(() => stopping.abort());
    await lives;
    const overMs = performance.now();
    await Promise.race([settle(mesh, QUIET_BOUND_MS), died]);
    const timelines = new Map<string, readonly Shown[]>();
    for (const person of people) timelines.set(person.id, await scrollAll(person, send, wait));
    const recoveredMs = performance.now() - overMs;
    const streams = await followed.verdict(STREAM_PATIENCE_MS);
    return { verdict: judge(deeds.acknowledged, timelines), streams, errors, deeds, recoveredMs };
  } finally {
    stopping.abort();
    followed?.end();
    await launch.stop();
  }
}

/** Rejects with its last words when a process ends that nobody asked to: its log goes with the trial. */
async function deathIn({ broken, processes }: Mesh): Promise<never> {
  const how = await broken;
  const dead = [...processes.values()].filter(({ isRunning }) => !isRunning);
  throw new Error([how, ...dead.map((process) => process.lastWords())].join("\n"));
}

async function disturb(mesh: Mesh, { calmMs, happen }: TrialOptions): Promise<void> {
  await delay(calmMs);
  await happen(mesh);
  await delay(calmMs);
}

function followSome(mesh: Mesh, people: readonly Person[], deeds: Deeds): FollowedStreams {
  const gateways = gatewaysOf(mesh);
  let next = 0;
  return followAll(
    people.slice(0, FOLLOWERS).map(({ id, token }) => ({
      name: id,
      open: (cursor, signal) =>
        eventStream(gateways[next++ % gateways.length], token, cursor, signal),
      expected: () =>
        deeds.acknowledged
          .filter(({ author }) => author !== id)
          .map(({ postId }) => BigInt(postId)),
    })),
  );
}

function gatewaysOf({ plans }: Mesh): readonly string[] {
  return plans
    .filter(({ name }) => name === "gateway")
    .map(({ host, port }) => `http://${host}:${port}`);
}

function clientOf(
  mesh: Mesh,
  { retry, amid }: Pick<TrialOptions, "retry" | "amid">,
  errors: Errors,
): Send {
  const gateways = gatewaysOf(mesh);
  return oneRetry({ gateways, retry, amid, timeoutMs: TIMEOUT_MS }, errors);
}

/** Everybody is a friend of everybody, and has a token that the mesh's own key signs. */
export async function makePeople(
  { plans, credentials }: Mesh,
  { mesh, people }: Pick<TrialOptions, "mesh" | "people">,
): Promise<readonly Person[]> {
  const ids = Array.from({ length: people }, (_, i) => BigInt(i + 1));
  const log = createLogger("trial", "error");
  const options = { log, credentials, to: "friend", defaultDeadlineMs: TIMEOUT_MS } as const;
  const { host, port } = present(plans.find(({ name }) => name === "friend"));
  using channel = connect(`${host}:${port}`, options);
  const friends = createClient(FriendServiceService, channel);
  for (const [i, userId] of ids.entries()) {
    await Promise.all(ids.slice(i + 1).map((friendId) => friends.addFriend({ userId, friendId })));
  }
  const env = { ...mesh.env, TIDINGS_DATA_DIR: mesh.dataDir };
  return Promise.all(
    ids.map(async (id) => ({ id: String(id), token: await developmentToken(id, env) })),
  );
}

/** Nothing was lost, repeated or out of order; and no client saw an error. */
export function isClean({ verdict, streams, errors }: TrialResult): boolean {
  const { lost, repeated, disordered } = verdict;
  const faults = lost.length + repeated.length + disordered.length + streams.unseen.length;
  return faults + errors.seen.size === 0;
}

/** "503 4 times", or "none". */
export function errorsInWords(errors: ReadonlyMap<string, number>): string {
  return [...errors].map(([what, times]) => `${what} ${times} times`).join(", ") || "none";
}
