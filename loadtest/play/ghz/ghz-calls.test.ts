import { expect, it } from "vitest";
import { present } from "../../../services/model/invariant.ts";
import { SCENARIOS } from "../../scenarios/scenarios.ts";
import { ADDRESSES, population, SEED } from "../../sessions/testing/plan-for.ts";
import { ghzCalls } from "./ghz-calls.ts";

const { load } = present(SCENARIOS.get("mix"));

it("plays a mix in its proportions, each call where other drivers send it", async () => {
  if (load.kind !== "mix") throw new Error("The scenario mix is a mix.");
  const ownerOf = (viewer: number) => viewer % 2;
  const scenario = { world: { seed: SEED } };
  const calls = await ghzCalls({ ...load, scenario, population, addresses: ADDRESSES, ownerOf });
  const perSecond = (name: string) =>
    calls.filter((call) => call.name === name).reduce((sum, call) => sum + call.perSecond, 0);
  expect(perSecond("timeline.GetTimeline")).toBeCloseTo(240);
  expect(perSecond("friend.BatchCheckFriends")).toBeCloseTo(120);
  expect(perSecond("friend.CountFriends")).toBeCloseTo(40);
  const pages = calls.filter(({ name }) => name === "timeline.GetTimeline");
  expect(pages.map(({ address }) => address).sort()).toEqual(ADDRESSES.timeline);
  for (const { address, messages, method, perSecond: rate } of pages) {
    expect(method).toBe("tidings.timeline.v1.TimelineService/GetTimeline");
    expect(rate).toBeGreaterThan(80);
    for (const message of messages as { viewerId: string; limit: number }[]) {
      const viewer = Number(message.viewerId);
      expect([ADDRESSES.timeline[viewer % 2], message.limit]).toEqual([address, 20]);
      expect(population.active.has(viewer)).toBe(true);
    }
  }
  const checks = present(calls.find(({ name }) => name === "friend.BatchCheckFriends"));
  for (const message of checks.messages as { userId: string; otherIds: string[] }[]) {
    expect(population.areFriends(Number(message.userId), Number(message.otherIds[0]))).toBe(true);
  }
});
