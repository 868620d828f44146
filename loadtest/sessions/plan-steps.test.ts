import { describe, expect, it } from "vitest";
import { CreatePostRequest, CreatePostResponse } from "#gen/post/v1/post.ts";
import { GetTimelineRequest, GetTimelineResponse } from "#gen/timeline/v1/timeline.ts";
import { present } from "../../services/model/invariant.ts";
import type { Step } from "../run/step.ts";
import { VirtualTime } from "../run/testing/virtual-time.ts";
import type { GivenScenario } from "../scenarios/define.ts";
import { SCENARIOS } from "../scenarios/scenarios.ts";
import { expectedCalls } from "./expected-rates.ts";
import type { Plan } from "./plan-steps.ts";
import { allSteps, countsOf, planFor, population, small } from "./testing/plan-for.ts";
import { playOut } from "./testing/play-out.ts";

const SURGES = {
  surges: [
    { kind: "celebrity post", atSecond: 3, posts: 5 },
    { kind: "mass return", atSecond: 4, people: 300, overSeconds: 2 },
    { kind: "refresh", atSecond: 5, people: 300, overSeconds: 2 },
    { kind: "hot viewer", atSecond: 6, seconds: 5, perSecond: 50 },
    { kind: "connections", atSecond: 7, connections: 40, overSeconds: 2 },
  ],
} satisfies Partial<GivenScenario>;

const POSTED = CreatePostResponse.encode({ postId: 1n, createTimeMs: 0n }).finish();

/** All that can be told of a step before it is sent; pages are all asked from the top then. */
function shown({ operations }: Plan, step: Step): string {
  const { intendedMicros, operation, session, address } = step;
  const message = step.message();
  const bytes = typeof message === "string" ? message : Buffer.from(message).toString("hex");
  return [intendedMicros, operations[operation].name, session, address, bytes].join(" ");
}

async function shownSteps(given: Partial<GivenScenario>, generators: number) {
  const parts = await Promise.all(
    Array.from({ length: generators }, async (_, generator) => {
      const plan = await planFor(given, { generator, generators });
      return allSteps(plan).map((step) => shown(plan, step));
    }),
  );
  return parts.flat();
}

describe("a plan", () => {
  it.each([
    ["sessions", { seconds: 5 }],
    ["a rising pace and surges", { pace: { shape: "ramp", from: 0.2, to: 1 }, ...SURGES }],
    ["a mix", { ...SCENARIOS.get("mix"), name: "mix", about: "", seconds: 5 }],
  ] satisfies [string, Partial<GivenScenario>][])(
    "is the same steps from 1, 3 and 7 generators: %s",
    async (_, given) => {
      const alone = await shownSteps(given, 1);
      expect(alone.length).toBeGreaterThan(300);
      expect(new Set(alone).size).toBe(alone.length);
      for (const generators of [3, 7]) {
        expect((await shownSteps(given, generators)).sort()).toEqual(alone.toSorted());
      }
    },
  );

  it("is another for another seed and for another run", async () => {
    const given = { seconds: 5 };
    const steps = async (run: string, seed: number) => {
      const plan = await planFor(
        {},
        { run, scenario: { ...small(given), world: { people: 5_000, seed } } },
      );
      return allSteps(plan).map((step) => shown(plan, step));
    };
    const one = await steps("one", 11);
    expect(await steps("one", 11)).toEqual(one);
    expect(await steps("one", 12)).not.toEqual(one);
    const other = await steps("two", 11);
    const posts = (some: readonly string[]) => some.filter((step) => step.includes("post.create"));
    expect(posts(other).some((post) => one.includes(post))).toBe(false);
    expect(other.length).toBe(one.length);
  });

  it("goes in order of time from the warm-up to the end, as much from the first second on", async () => {
    const plan = await planFor({ warmUpSeconds: 5, seconds: 15, ...SURGES });
    const times = allSteps(plan).map(({ intendedMicros }) => intendedMicros);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(0);
    expect(times.at(-1)).toBeLessThan(20e6);
    expect(times.filter((micros) => micros < 5e6).length).toBeGreaterThan(200);
  });

  it("asks as often as expected", async () => {
    const seconds = 400;
    const scenario = small({ seconds });
    const plan = await planFor({ seconds });
    const counts = countsOf(plan, allSteps(plan));
    for (const [name, perSecond] of Object.entries(expectedCalls(scenario, population))) {
      // Steps come in sessions: pages with a variance of 5, posts of 9 times their mean.
      const spread = 4 * Math.sqrt(9 * perSecond * seconds);
      expect(Math.abs(present(counts.get(name)) - perSecond * seconds)).toBeLessThan(spread);
    }
  });

  it("thins whole sessions where the pace is lower", async () => {
    const pace = { shape: "spike", factor: 4, atSecond: 100, seconds: 100 } as const;
    const thinned = allSteps(await planFor({ seconds: 300, dailyUsers: 40_000, pace }));
    const full = allSteps(await planFor({ seconds: 300, dailyUsers: 160_000 }));
    const sizes = (steps: readonly Step[]) => {
      const sizeOf = new Map<number, { size: number; second: number }>();
      for (const { session, intendedMicros } of steps) {
        const known = sizeOf.get(session);
        if (known) known.size++;
        else sizeOf.set(session, { size: 1, second: intendedMicros / 1e6 });
      }
      return sizeOf;
    };
    const all = sizes(full);
    const kept = sizes(thinned);
    for (const [session, { size }] of kept) expect(size).toBe(all.get(session)?.size);
    const begun = (of: typeof all, from: number, to: number) =>
      [...of.values()].filter(({ second }) => second >= from && second < to).length;
    // Opening the app, which is no call, decides: a page follows within seconds.
    for (const [from, to] of [
      [0, 99],
      [205, 300],
    ] as const) {
      const n = begun(all, from, to);
      expect(Math.abs(begun(kept, from, to) - n / 4)).toBeLessThan(4 * Math.sqrt((n * 3) / 16));
    }
    expect(begun(kept, 105, 199)).toBe(begun(all, 105, 199));
  });

  it("scrolls each session on from its own last page", async () => {
    const clock = new VirtualTime();
    const plan = await planFor({ seconds: 60 }, { clock });
    const given = new Set<string>();
    let [scrolls, pages] = [0, 0];
    playOut(plan, allSteps(plan), clock, ({ name, message }) => {
      if (name !== "timeline.get") return { afterMicros: 1_000, message: POSTED };
      const { viewerId, pageToken } = GetTimelineRequest.decode(message);
      if (pageToken === "") pages++;
      else {
        scrolls++;
        // Each token is of this viewer and used once: no session goes on from another's page.
        expect(pageToken.startsWith(`${viewerId}-`) && given.delete(pageToken)).toBe(true);
      }
      const nextPageToken = `${viewerId}-${pages}-${scrolls}`;
      given.add(nextPageToken);
      const entry = { postId: 1n, authorId: 1n, cursor: "", reasons: [] };
      const answer = { entries: [entry], nextPageToken, degraded: [] };
      return { afterMicros: 1_000, message: GetTimelineResponse.encode(answer).finish() };
    });
    // As many scrolls as first pages; of sessions in progress at the begin one each is a first page.
    expect(scrolls).toBeGreaterThan(0.4 * pages);
    expect(scrolls).toBeLessThan(1.2 * pages);
  });

  it("asks in an owner slice for all posts, and for the pages of its own viewers only", async () => {
    const ownerOf = (viewer: number) => (viewer % 5 === 0 ? 0 : -1);
    const slice = { kind: "owner", owners: 5 } as const;
    const whole = await planFor({}, { ownerOf: () => 0 });
    const plan = await planFor({ slice, ...SURGES }, { ownerOf });
    const steps = allSteps(plan);
    const counts = countsOf(plan, steps);
    const wholeCounts = countsOf(whole, allSteps(whole));
    expect(counts.get("post.create")).toBe(wholeCounts.get("post.create"));
    expect(counts.get("celebrity.post")).toBe(5);
    for (const { operation, message } of steps) {
      if (!plan.operations[operation].name.endsWith("page")) continue;
      const { viewerId } = GetTimelineRequest.decode(message() as Uint8Array);
      expect(viewerId % 5n).toBe(0n);
    }
    const pages = present(counts.get("timeline.get"));
    expect(pages).toBeGreaterThan(0.5 * (present(wholeCounts.get("timeline.get")) / 5));
    expect(pages).toBeLessThan(2 * (present(wholeCounts.get("timeline.get")) / 5));
  });

  it("says of each operation where it goes and what sends it", async () => {
    const { operations, targets } = await planFor(SURGES);
    expect(operations.map(({ name, via }) => [name, via])).toEqual([
      ["timeline.get", "grpc"],
      ["posts.get", "grpc"],
      ["post.create", "grpc"],
      ["celebrity.post", "grpc"],
      ["return.page", "grpc"],
      ["return.posts", "grpc"],
      ["refresh.page", "grpc"],
      ["refresh.posts", "grpc"],
      ["hot.page", "grpc"],
      ["connection.first-page", "fresh connection"],
    ]);
    expect(targets[0]).toEqual({
      path: "/tidings.timeline.v1.TimelineService/GetTimeline",
      addresses: ["timeline:1", "timeline:2"],
      headers: { "x-tidings-priority": "page" },
      timeoutMs: 2_000,
    });
    expect(targets[2].path).toBe("/tidings.post.v1.PostService/CreatePost");
  });

  it("names posts so that each is new, within what the mesh allows", async () => {
    const plan = await planFor({}, { run: "r".repeat(32) });
    const ids = allSteps(plan)
      .filter(({ operation }) => plan.operations[operation].name === "post.create")
      .map((step) => CreatePostRequest.decode(step.message() as Uint8Array))
      .map(({ authorId, requestId }) => ({ key: `${authorId} ${requestId}`, requestId }));
    expect(new Set(ids.map(({ key }) => key)).size).toBe(ids.length);
    expect(Math.max(...ids.map(({ requestId }) => requestId.length))).toBeLessThanOrEqual(64);
    await expect(planFor({}, { run: "" })).rejects.toThrow('run: "" is not 1 to 32');
  });

  it("has the operations that are expected of every open scenario over gRPC", async () => {
    for (const scenario of SCENARIOS.values()) {
      const { load } = scenario;
      if (load.kind === "closed" || (load.kind === "sessions" && load.via === "rest")) continue;
      const plan = await planFor({}, { scenario });
      const names = plan.operations.map(({ name }) => name);
      expect(names).toEqual(Object.keys(expectedCalls(scenario, population)));
    }
  });
});
