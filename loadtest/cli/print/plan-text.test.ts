import { expect, it } from "vitest";
import { sizeOf } from "../../plan/size/size.ts";
import { COSTS, demandOf, POLICY, planningOf } from "../../plan/testing/planning.ts";
import { planText } from "./plan-text.ts";

const DATABASE = { ...COSTS, cql: { idle: 0.05, each: { posts: 1e-3, stored: 200e-6 } } };

function answer(delivery: "push" | "pull", costs = DATABASE, doubts: readonly string[] = []) {
  const at = (textBytes: number) => sizeOf(planningOf({ delivery, textBytes, costs }));
  const demand = demandOf(50e6);
  return planText({ demand, atDesign: at(1_024), atMean: at(120), policy: POLICY, doubts });
}

it("says by which delivery, and what it comes to", () => {
  const pushed = answer("push");
  expect(pushed).toContain(
    "4,340 posts, 868,056 deliveries stored and 868,056 dropped, 8,681 pages",
  );
  expect(pushed).toMatch(/\d+ timeline owners; [\d.]+ of them have viewers of a post\./);
  expect(pushed).toMatch(/^entries, 28 days/m);
  const pulled = answer("pull");
  expect(pulled).toContain("4,340 posts, delivered to nobody, 8,681 pages");
  expect(pulled).toMatch(
    /each has an index of everybody's posts, and follows the logs of [\d,]+ post/,
  );
  expect(pulled).not.toMatch(/^entries, 28 days/m);
});

it("tells in the line of the machines which of them hold posts alone, and all that is doubtful", () => {
  const line = (text: string) => text.split("\n").find((one) => / machines of 16 cores/.test(one));
  const doubted = line(answer("pull", DATABASE, ["RECKONED ONLY, for a reason"]));
  expect(doubted).toMatch(
    /the disks of posts alone take 80 and 9 of them, until there is an archive/,
  );
  expect(doubted).toMatch(/; RECKONED ONLY, for a reason\.$/);
  expect(line(answer("push", COSTS as typeof DATABASE))).not.toContain("archive");
});

it("tells of each tier what decides how many machines it takes, and what its CPU goes into", () => {
  expect(answer("push")).toMatch(/^cql .* disk +stored 9\d%, posts \d+%/m);
  expect(answer("pull")).toMatch(/^cql .* disk +posts 9\d%, being there \d+%/m);
});
