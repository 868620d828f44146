import { describe, expect, it } from "vitest";
import { CreatePostRequest } from "#gen/post/v1/post.ts";
import { GetTimelineRequest } from "#gen/timeline/v1/timeline.ts";
import { present } from "../../services/model/invariant.ts";
import type { SurgeSpec } from "../scenarios/scenario.ts";
import type { PlanOptions } from "./plan-steps.ts";
import { allSteps, PEOPLE, planFor, population } from "./testing/plan-for.ts";

const WARM_UP = 2;

/** The calls of one operation of a surge. */
async function callsOf(surge: SurgeSpec, name: string, options: Partial<PlanOptions> = {}) {
  const plan = await planFor({ warmUpSeconds: WARM_UP, surges: [surge] }, options);
  return allSteps(plan)
    .filter(({ operation }) => plan.operations[operation].name === name)
    .map(({ intendedMicros, session, message }) => ({
      second: intendedMicros / 1e6 - WARM_UP,
      session,
      message: message(),
    }));
}

const viewerOf = ({ message }: { message: Uint8Array | string }) =>
  Number(GetTimelineRequest.decode(message as Uint8Array).viewerId);

describe("surges", () => {
  it.each([
    ["mass return", "return", false],
    ["refresh", "refresh", true],
  ] as const)(
    "%s: pages of different people, each once, evenly in time",
    async (kind, name, isActive) => {
      const surge = { kind, atSecond: 5, people: 900, overSeconds: 3 };
      const pages = await callsOf(surge, `${name}.page`);
      const posts = await callsOf(surge, `${name}.posts`);
      const people = pages.map(viewerOf);
      expect(new Set(people).size).toBe(900);
      expect(people.every((person) => population.active.has(person) === isActive)).toBe(true);
      for (const [i, { second }] of pages.entries()) {
        expect(Math.abs((second - 5) * 300 - i - 0.5)).toBeLessThan(0.501);
      }
      expect(posts.map(({ session, second }) => [session, second])).toEqual(
        pages.map(({ session, second }) => [session, second]),
      );
      expect(new Set(pages.map(({ session }) => session)).size).toBe(900);
      expect(pages.every(({ session }) => session < 0)).toBe(true);
    },
  );

  it("mass return: all of the inactive at most", async () => {
    const people = PEOPLE - population.active.count;
    const surge = { kind: "mass return", atSecond: 0, people, overSeconds: 1 } as const;
    const pages = await callsOf(surge, "return.page");
    expect(new Set(pages.map(viewerOf)).size).toBe(people);
  });

  it("hot viewer: pages of one person of this slice, who has many friends", async () => {
    const surge = { kind: "hot viewer", atSecond: 5, seconds: 10, perSecond: 200 } as const;
    const ownerOf = (viewer: number) => (viewer % 7 === 0 ? 0 : -1);
    const pages = await callsOf(surge, "hot.page", { ownerOf });
    const [viewer, ...others] = new Set(pages.map(viewerOf));
    expect(others).toEqual([]);
    expect(viewer % 7).toBe(0);
    expect(population.active.has(viewer)).toBe(true);
    expect(population.rankOf(viewer)).toBeGreaterThan(0.95 * PEOPLE);
    expect(Math.abs(pages.length - 2_000)).toBeLessThan(4 * Math.sqrt(2_000));
    expect(pages.every(({ second, session }) => second >= 5 && second <= 15 && session === 0)).toBe(
      true,
    );
  });

  it.each([
    ["grpc", "one instance", "grpc"],
    ["rest", "one instance", "grpc"],
    ["rest", "one address", "rest"],
  ] as const)(
    "flood, beside %s, from %s: pages of all in turn, over %s",
    async (load, from, via) => {
      const surge = { kind: "flood", from, atSecond: 5, seconds: 10, perSecond: 200 } as const;
      const plan = await planFor({ load: { kind: "sessions", via: load }, surges: [surge] });
      const at = plan.operations.findIndex(({ name }) => name === "flood.page");
      const pages = allSteps(plan).filter(({ operation }) => operation === at);
      expect(plan.operations[at].via).toBe(via);
      expect(Math.abs(pages.length - 2_000)).toBeLessThan(4 * Math.sqrt(2_000));
      expect(pages.every(({ session }) => session === 0)).toBe(true);
      if (via === "rest") return;
      const viewers = pages.map((step) => viewerOf({ message: step.message() }));
      const { count } = population.active;
      expect(new Set(viewers.slice(0, count)).size).toBe(Math.min(count, viewers.length));
      expect(viewers.slice(count)).toEqual(viewers.slice(0, viewers.length - count));
    },
  );

  it("hot viewer: none, where nobody of this slice could be it", async () => {
    const surge = { kind: "hot viewer", atSecond: 5, seconds: 10, perSecond: 200 } as const;
    expect(await callsOf(surge, "hot.page", { ownerOf: () => -1 })).toEqual([]);
  });

  it("celebrity post: a post a second, of whoever has the most friends", async () => {
    const surge = { kind: "celebrity post", atSecond: 5, posts: 3 } as const;
    const posts = await callsOf(surge, "celebrity.post");
    expect(posts.map(({ second }) => second)).toEqual([5, 6, 7]);
    const requests = posts.map(({ message }) => CreatePostRequest.decode(message as Uint8Array));
    const author = Number(requests[0].authorId);
    expect(population.nominalDegree(author)).toBe(present(population.rows.at(-1)).degree);
    expect(new Set(requests.map(({ requestId }) => requestId)).size).toBe(3);
    expect(new Set(requests.map(({ text }) => text)).size).toBe(3);
  });

  it("connections: as many pages as connections, also when there are more than people", async () => {
    const connections = population.active.count + 100;
    const surge = { kind: "connections", atSecond: 5, connections, overSeconds: 5 } as const;
    const pages = await callsOf(surge, "connection.first-page");
    expect(pages.length).toBe(connections);
    expect(new Set(pages.map(viewerOf)).size).toBe(population.active.count);
  });

  it("two of one kind share an operation, and have different people", async () => {
    const surge = { kind: "refresh", atSecond: 1, people: 100, overSeconds: 1 } as const;
    const plan = await planFor({ surges: [surge, { ...surge, atSecond: 3 }] });
    const at = plan.operations.findIndex(({ name }) => name === "refresh.page");
    const pages = allSteps(plan).filter(({ operation }) => operation === at);
    expect(pages.length).toBe(200);
    expect(new Set(pages.map(({ session }) => session)).size).toBe(200);
    const people = pages.map((step) => viewerOf({ message: step.message() }));
    expect(people.slice(0, 100)).not.toEqual(people.slice(100));
  });
});
