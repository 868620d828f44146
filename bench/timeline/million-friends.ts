import { ListFriendsRequest } from "#gen/friend/v1/friend.ts";
import { CreatePostRequest } from "#gen/post/v1/post.ts";
import { GetTimelineRequest } from "#gen/timeline/v1/timeline.ts";
import { residentMiB } from "../../loadtest/measure/machine/process-use.ts";
import { median } from "../../loadtest/measure/median.ts";
import { systemClock } from "../../services/platform/clock/system-clock.ts";
import { sumPending } from "../../tools/mesh/settle.ts";
import { type BenchMesh, startBenchMesh } from "../support/bench-mesh.ts";
import { clientsOf } from "../support/circle-world.ts";
import { inFlight } from "../support/in-flight.ts";
import type { Benchmark, Row } from "../support/table.ts";

const SERVICES = ["post", "friend", "ranking", "timeline", "fanout"] as const;
const FRIENDS = Number(process.env.BENCH_FRIENDS ?? 1_000_000);
const STAR = 1n;
/** Of the star's friends, from the first on: who posts, and who has read. */
const POSTERS = 1_000;
const READERS = 200;
/** For comparison: they have so many friends, the star among them. */
const ORDINARY = 2n;
const ORDINARY_FRIENDS = 200;
const PAIRS_PER_CALL = 1_000;
const CALLS_IN_FLIGHT = 4;
const POSTS = 50;
const POLL_MS = 50;
const SETTLE_MS = 240_000;

type Clients = ReturnType<typeof clientsOf>;

/** An author whom a million people know posts, is listed, and reads: against somebody with 200 friends. */
export const millionFriends: Benchmark = {
  name: "million-friends",
  about: `an author with ${FRIENDS} friends: a post, the list, the timeline; embedded`,
  async run() {
    const mesh = await startBenchMesh(SERVICES);
    const clients = clientsOf(mesh);
    try {
      await inFlight(
        ids(ORDINARY + 1n, ORDINARY_FRIENDS).map((a) => () => befriend(clients, [[a, ORDINARY]])),
      );
      const befriended = await timed(() => befriendAll(clients));
      const told = await timed(() => settled(mesh));
      await readAll(clients);
      return [
        row(`${FRIENDS} friendships, added ${PAIRS_PER_CALL} a call`, {
          ms: befriended.ms,
          note: `and ${told.ms.toFixed(0)} ms until all were told`,
        }),
        ...(await postRows(mesh, clients)),
        await listRow(clients),
        ...(await pageRows(clients)),
        memoryRow(mesh),
      ];
    } finally {
      clients.close();
      await mesh.stop();
    }
  },
};

function ids(first: bigint, count: number): readonly bigint[] {
  return Array.from({ length: count }, (_, i) => first + BigInt(i));
}

async function befriend({ friends }: Clients, pairs: readonly (readonly [bigint, bigint])[]) {
  const asked = pairs.map(([userId, friendId]) => ({ userId, friendId }));
  const { results } = await friends.batchAddFriends({ pairs: asked });
  const refused = results.find(({ refusal }) => refusal !== "");
  if (refused) throw new Error(refused.refusal);
}

async function befriendAll(clients: Clients): Promise<void> {
  const calls = Array.from({ length: Math.ceil(FRIENDS / PAIRS_PER_CALL) }, (_, call) => () => {
    const first = call * PAIRS_PER_CALL;
    const count = Math.min(PAIRS_PER_CALL, FRIENDS - first);
    return befriend(
      clients,
      ids(STAR + 1n + BigInt(first), count).map((other) => [STAR, other]),
    );
  });
  await inFlight(calls, CALLS_IN_FLIGHT);
}

/** Those who are active have timelines to bring a post to. */
async function readAll({ timelines }: Clients): Promise<void> {
  const readers = ids(STAR + 1n, READERS);
  await inFlight(
    readers.map(
      (viewerId) => () => timelines.getTimeline(GetTimelineRequest.fromPartial({ viewerId })),
    ),
    8,
  );
}

async function postRows(mesh: BenchMesh, clients: Clients): Promise<readonly Row[]> {
  await inFlight(
    ids(STAR + 1n, POSTERS).map((author) => () => post(clients, author)),
    16,
  );
  await settled(mesh);
  // The first post of who has so many friends finds out that theirs are pulled.
  await post(clients, STAR);
  await settled(mesh);
  const times = { ordinary: [] as number[], star: [] as number[] };
  for (let i = 0; i < POSTS; i++) {
    times.ordinary.push((await timed(() => post(clients, ORDINARY))).ms);
    times.star.push((await timed(() => post(clients, STAR))).ms);
  }
  const [ordinary, star] = [median(times.ordinary), median(times.star)];
  const delivered = await timed(() => settled(mesh));
  const ratio = `${(star / ordinary).toFixed(2)}x`;
  return [
    row(`a post of ${ORDINARY_FRIENDS} friends`, { ms: ordinary, ratio: "1x" }),
    row(`a post of ${FRIENDS} friends`, { ms: star, ratio, aim: "constant" }),
    // Whose posts are pulled is pushed until the interval opens, which lies ahead.
    row(`after these ${2 * POSTS} posts, until nothing waits`, { ms: delivered.ms }),
  ];
}

function post({ posts }: Clients, authorId: bigint) {
  return posts.createPost(CreatePostRequest.fromPartial({ authorId, text: `from ${authorId}` }));
}

async function listRow({ friends }: Clients): Promise<Row> {
  const startMs = performance.now();
  let firstMs = 0;
  let count = 0;
  for await (const { friendIds: some } of friends.listFriends(
    ListFriendsRequest.fromPartial({ userId: STAR }),
  )) {
    firstMs ||= performance.now() - startMs;
    count += some.length;
  }
  if (count !== FRIENDS) throw new Error(`${count} friends are listed`);
  const note = `the first message after ${firstMs.toFixed(1)} ms`;
  return row("ListFriends to its end", { ms: performance.now() - startMs, note });
}

async function pageRows({ timelines }: Clients): Promise<readonly Row[]> {
  const first = await timed(() => wholePage(timelines, STAR));
  const again = await timed(() => wholePage(timelines, STAR));
  const ordinary = await timed(() => wholePage(timelines, ORDINARY));
  const { entries } = again.result;
  const authors = new Set(entries.map(({ authorId }) => authorId));
  return [
    row(`first page of who has ${FRIENDS} friends`, {
      ms: first.ms,
      note: `asked ${first.result.asked} times`,
    }),
    row("the next one", {
      ms: again.ms,
      note: `${entries.length} entries of ${authors.size} authors`,
    }),
    row(`first page of who has ${ORDINARY_FRIENDS} friends`, { ms: ordinary.ms }),
  ];
}

/** Asked again while it says that it lacks something. */
async function wholePage({ getTimeline }: Clients["timelines"], viewerId: bigint) {
  for (let asked = 1; ; asked++) {
    const page = await getTimeline(GetTimelineRequest.fromPartial({ viewerId }));
    if (page.degraded.length === 0) return { entries: page.entries, asked };
    if (asked === 1_000) throw new Error(`the page stays degraded: ${page.degraded}`);
    await systemClock.delay(POLL_MS);
  }
}

function memoryRow(mesh: BenchMesh): Row {
  const each = SERVICES.map((name) => `${name} ${residentMiB(mesh.process(name).pid).toFixed(0)}`);
  return { what: "resident at the end, MiB", measured: each.join(", "), ratio: "", aim: "" };
}

/** Resolves when all events are where they should be. */
async function settled(mesh: BenchMesh): Promise<void> {
  const untilMs = performance.now() + SETTLE_MS;
  const pending = async () => {
    const texts = SERVICES.map(async (name) => (await fetch(mesh.metricsUrl(name))).text());
    return (await Promise.all(texts)).reduce((sum, text) => sum + sumPending(text), 0);
  };
  for (let quiet = 0; quiet < 2; ) {
    if (performance.now() > untilMs) throw new Error(`${await pending()} events are pending`);
    quiet = (await pending()) === 0 ? quiet + 1 : 0;
    await systemClock.delay(POLL_MS);
  }
}

async function timed<T>(
  work: () => Promise<T>,
): Promise<{ readonly ms: number; readonly result: T }> {
  const startMs = performance.now();
  const result = await work();
  return { ms: performance.now() - startMs, result };
}

interface Measured {
  readonly ms: number;
  readonly note?: string;
  readonly ratio?: string;
  readonly aim?: string;
}

function row(what: string, { ms, note, ratio = "", aim = "" }: Measured): Row {
  const measured = `${ms.toFixed(ms < 100 ? 1 : 0)} ms${note ? `; ${note}` : ""}`;
  return { what, measured, ratio, aim };
}
