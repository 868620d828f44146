import { expect, it } from "vitest";
import { brokerName, delaysRetries, policiesOf, queueOfBrokerName, routeTo } from "./topology.ts";

it("keeps the names of queues that were there before topics, both ways", () => {
  for (const [queue, name] of [
    ["posts.fanout", "a.b.posts"],
    ["edges.fanout", "a.b.friends"],
    ["posts.growth", "a.b.posts.growth"],
    ["chunks", "a.b.chunks"],
  ] as const) {
    expect(brokerName("a.b", queue)).toBe(name);
    expect(queueOfBrokerName("a.b", name)).toBe(queue);
  }
  expect(queueOfBrokerName("a.b", "other.posts")).toBeUndefined();
  expect(queueOfBrokerName("a.b", "a.b.nothing.of.ours")).toBeUndefined();
});

it("sends to topics through the exchange, and insists where somebody must hear it", () => {
  const toPosts = { exchange: "p.topics", routingKey: "posts", mandatory: true };
  expect(routeTo("p", "posts")).toEqual(toPosts);
  expect(routeTo("p", "reactions").mandatory).toBe(false);
  const toQueue = { exchange: "", routingKey: "p.posts.growth", mandatory: true };
  expect(routeTo("p", "posts.growth")).toEqual(toQueue);
});

it("asks for delayed retries where the broker has them", () => {
  expect(["3.10.8", "4.0.2", "4.2.9", "4.3.0", "4.10.1", "5.0.0"].map(delaysRetries)).toEqual([
    ...[false, false, false],
    ...[true, true, true],
  ]);
  const delays = (version: string) =>
    policiesOf("p", version).map(({ definition }) => definition["delayed-retry-type"]);
  expect(delays("3.10.8")).toEqual([undefined, undefined, undefined]);
  expect(delays("4.3.0")).toEqual(["all", "all", undefined]);
});

it("bounds each queue by exactly one policy", () => {
  const names = ["posts", "friends", "chunks", "dead-letters", "posts.growth", "reactions.x-1"];
  for (const name of names) {
    const matching = policiesOf("p.q").filter(({ pattern }) =>
      new RegExp(pattern).test(`p.q.${name}`),
    );
    expect(matching, name).toHaveLength(1);
  }
  expect(policiesOf("p.q").some(({ pattern }) => new RegExp(pattern).test("pxq.posts"))).toBe(
    false,
  );
});
