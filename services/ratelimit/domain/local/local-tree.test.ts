import { expect, it } from "vitest";
import { type Amounts, NOTHING } from "../amounts.ts";
import { type Limit, LimitBook } from "../limits/limit-book.ts";
import { LocalTree } from "./local-tree.ts";

const RATE: Amounts = { ops: 3_600_000, bytes: 1_000_000 };
const BURST: Amounts = { ops: 10, bytes: 1_000 };
const HOLDING = { rate: RATE, burst: BURST, tokens: BURST, isFresh: true };
/** A burst is full again by then, and nobody has used anything for more than a minute. */
const LATER_US = 120_000_000;

function limit(path: string, leased = false): Limit {
  const rates = { rate: RATE, ceiling: RATE, safe: RATE };
  const limits = { ...rates, burst: BURST, boot: NOTHING, weight: 1, priority: 0 };
  return { path, limits, leased, shadow: false };
}

/** All of a service have a limit together; each host has a lease of its own, with a limit for each of its VMs. */
const book = (revision: bigint, isLeased: boolean) =>
  new LimitBook(revision, [limit("fleet"), limit("fleet/*", isLeased), limit("fleet/*/*")]);

function treeOf(first: LimitBook): LocalTree {
  const tree = new LocalTree(0);
  tree.setBook(first, 0);
  return tree;
}

function take(tree: LocalTree, path: string) {
  const node = tree.nodeOf(path, 0);
  if (node) expect(tree.decide(node, 1, 0, 0)).toBe(0);
  return node?.point.path;
}

it("decides by the lease that is handed out for a path, though one above it is held, too", () => {
  const tree = treeOf(book(1n, true));
  tree.hold("fleet", HOLDING, 0);
  expect(take(tree, "fleet")).toBe("fleet");
  expect(take(tree, "fleet/h/v")).toBeUndefined();
  tree.hold("fleet/h", HOLDING, 0);
  expect(take(tree, "fleet/h/v")).toBe("fleet/h");
});

it("drops a lease whose node was below another one before", () => {
  const tree = treeOf(book(1n, false));
  tree.hold("fleet", HOLDING, 0);
  expect(take(tree, "fleet/h/v")).toBe("fleet");
  tree.setBook(book(2n, true), 0);
  tree.hold("fleet/h", HOLDING, 0);
  // It is made anew, and empty.
  expect(tree.nodeOf("fleet/h/v", 0)?.point.path).toBe("fleet/h");
  tree.sweep(LATER_US);
  expect(["fleet/h", "fleet"].map((path) => tree.drop(path, LATER_US))).toEqual([true, true]);
  expect(tree.nodeCount).toBe(0);
});

it("drops a lease while another one above it is held and used", () => {
  const tree = treeOf(book(1n, true));
  for (const path of ["fleet", "fleet/h"]) tree.hold(path, HOLDING, 0);
  take(tree, "fleet/h/v");
  take(tree, "fleet");
  expect(tree.drop("fleet/h", 0)).toBe(false);
  tree.sweep(LATER_US);
  expect(tree.drop("fleet/h", LATER_US)).toBe(true);
});
