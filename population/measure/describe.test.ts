import { describe, expect, test } from "vitest";
import { PUBLISHED } from "../graph/degree-curve.ts";
import { createGraph } from "../graph/graph.ts";
import { mix } from "../hash.ts";
import { createPopulation } from "../population.ts";
import { measureDegrees } from "./degrees.ts";
import { measureDeliveries } from "./deliveries.ts";
import { measureClustering, measureFriendsOfFriends } from "./neighbourhoods.ts";

/** |actual / wanted - 1| in percent. */
const offPercent = (actual: number, wanted: number) => 100 * Math.abs(actual / wanted - 1);

describe.each([100_000, 1_000_000, 500_000_000])(
  "friendships of %i people, as realised",
  (people) => {
    const degrees = measureDegrees(createGraph({ people, seed: 11 }), 3_000);

    test("have the published mean and mean of a friend", () => {
      expect(offPercent(degrees.mean, PUBLISHED.meanFriends)).toBeLessThan(2);
      expect(offPercent(degrees.meanOfAFriend, PUBLISHED.meanFriendsOfAFriend)).toBeLessThan(5);
    });

    test("go through the published points", () => {
      expect(offPercent(degrees.shareUnder(10), PUBLISHED.underTenShare)).toBeLessThan(5);
      expect(offPercent(degrees.shareUnder(25), PUBLISHED.underTwentyFiveShare)).toBeLessThan(5);
      expect(offPercent(degrees.quantile(0.5), PUBLISHED.medianFriends)).toBeLessThan(5);
      expect(degrees.largest).toBeLessThanOrEqual(PUBLISHED.maxFriends);
    });
  },
);

test("a plain random sample agrees with the even one", () => {
  const graph = createGraph({ people: 500_000_000, seed: 11 });
  const even = measureDegrees(graph, 2_000);
  let sum = 0;
  for (let i = 0; i < 5_000; i++) sum += graph.degree(1 + ((mix(i) >>> 0) % graph.people));
  // The standard error of the mean is 290 / sqrt(5,000), or 2.2%.
  expect(offPercent(sum / 5_000, even.mean)).toBeLessThan(7);
});

test("a mean of 200 is a mean of 200", () => {
  const graph = createGraph({ people: 50_000_000, seed: 2, meanFriends: 200 });
  expect(offPercent(measureDegrees(graph, 2_000).mean, 200)).toBeLessThan(2);
});

test("clustering is as published at the median, and falls", () => {
  const graph = createGraph({ people: 500_000_000, seed: 11 });
  const values = measureClustering(graph, [20, 99, 500, 2_000]).map((one) => one.clustering);
  expect(offPercent(values[1], PUBLISHED.clusteringAtMedian)).toBeLessThan(10);
  expect(values).toEqual(values.toSorted((a, b) => b - a));
});

test("friends of friends are counted once each, and once for each path", () => {
  const graph = createGraph({ people: 1_000, seed: 11 });
  const near = measureFriendsOfFriends(graph, 40);
  expect(near?.distinct).toBeLessThan(near?.paths ?? 0);
  expect(near?.distinct).toBeLessThan(1_000);
  expect(measureFriendsOfFriends(graph, 100)).toBeUndefined();
});

test("deliveries: to all friends more than the mean degree, to the active about half", () => {
  const deliveries = measureDeliveries(createPopulation({ people: 500_000_000, seed: 11 }), 1_500);
  expect(offPercent(deliveries.dailyShare, 0.1)).toBeLessThan(3);
  expect(offPercent(deliveries.activeShare, 0.24)).toBeLessThan(3);
  expect(offPercent(deliveries.activeShareOfFriends, 0.5)).toBeLessThan(4);
  expect(offPercent(deliveries.postsAVisitor, 2.5)).toBeLessThan(8);
  expect(deliveries.toAllFriends).toBeGreaterThan(2 * PUBLISHED.meanFriends);
  expect(deliveries.toActiveFriends).toBeLessThan(0.7 * deliveries.toAllFriends);
});
