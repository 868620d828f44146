import { expect, it } from "vitest";
import { NOTHING, type NodeLimits } from "../amounts.ts";
import { HtbTree, NO_NODE } from "./htb-tree.ts";

const anHour = (ops: number, bytes: number) => ({ ops, bytes });
const limits = (more: Partial<NodeLimits>): NodeLimits => ({
  rate: anHour(0, 0),
  ceiling: anHour(1_000, 1_000),
  burst: { ops: 10, bytes: 10 },
  boot: NOTHING,
  weight: 1,
  priority: 0,
  safe: NOTHING,
  ...more,
});

it("tells whose turn it is not how long to wait, where the lender has no bytes and none are asked", () => {
  const tree = new HtbTree();
  const root = tree.add(NO_NODE, limits({ rate: anHour(1_000, 0) }), 0);
  const first = tree.add(root, limits({}), 0);
  const second = tree.add(root, limits({ priority: 1 }), 0);
  while (tree.decide(first, 1, 0, 0) === 0) {}
  const waitUs = tree.decide(second, 1, 0, 3_600_000);
  expect(waitUs).toBe(3_600_000);
});
