import * as c from "./columns.ts";
import { NO_NODE, type NodeTable } from "./node-table.ts";
import { neededOf, waitForCeiling, waitForTokens } from "./waits.ts";

/** What a leaf asks for, in units. One object a tree, written anew by each decision. */
export interface Asked {
  leaf: number;
  ops: number;
  bytes: number;
  /** What is left of it for the leaf's own limits after its boot burst. */
  ownOps: number;
  ownBytes: number;
}

/** The lowest node from the leaf up that has tokens of its assured rate: it can send, or lend. */
export function lenderOf({ rows, parents }: NodeTable, asked: Asked): number {
  let { ownOps: ops, ownBytes: bytes } = asked;
  for (let node = asked.leaf; node !== NO_NODE; node = parents[node]) {
    const at = node * c.COLUMNS + c.TOKENS;
    if (rows[at] >= ops && rows[at + 1] >= bytes) return node;
    ({ ops, bytes } = asked);
  }
  return NO_NODE;
}

/** The highest node whose ceiling holds too little: it can't send. */
export function highestShort(
  { rows, parents }: NodeTable,
  asked: Asked,
  isBorrower: boolean,
): number {
  let { ownOps: ops, ownBytes: bytes } = asked;
  let leavesRoom = false;
  let short = NO_NODE;
  for (let node = asked.leaf; node !== NO_NODE; node = parents[node]) {
    const at = node * c.COLUMNS;
    const isShort =
      rows[at + c.CEILING] < neededOf(rows, at, leavesRoom, ops) ||
      rows[at + c.CEILING + 1] < neededOf(rows, at + 1, leavesRoom, bytes);
    if (isShort) short = node;
    ({ ops, bytes } = asked);
    leavesRoom = isBorrower;
  }
  return short;
}

/** Takes it from every ceiling of the path, and from the assured rates of the lender and all above. */
export function charge({ rows, parents }: NodeTable, asked: Asked, lender: number): void {
  let { ownOps: ops, ownBytes: bytes } = asked;
  rows[asked.leaf * c.COLUMNS + c.BOOT] -= asked.ops - ops;
  rows[asked.leaf * c.COLUMNS + c.BOOT + 1] -= asked.bytes - bytes;
  let isCharged = false;
  for (let node = asked.leaf; node !== NO_NODE; node = parents[node]) {
    const at = node * c.COLUMNS;
    rows[at + c.CEILING] -= ops;
    rows[at + c.CEILING + 1] -= bytes;
    isCharged ||= node === lender;
    if (isCharged) {
      rows[at + c.TOKENS] = Math.max(rows[at + c.TOKENS] - ops, rows[at + c.DEBT]);
      rows[at + c.TOKENS + 1] = Math.max(rows[at + c.TOKENS + 1] - bytes, rows[at + c.DEBT + 1]);
    }
    ({ ops, bytes } = asked);
  }
}

/** When asking again makes sense, microseconds, and the node that takes longest until then. */
export interface Wait {
  readonly us: number;
  readonly node: number;
}

/** By its own assured rate or by a loan, whichever comes first. */
export function waitOf(nodes: NodeTable, asked: Asked): Wait {
  const own = tokensWait(nodes, asked.leaf, asked.ownOps, asked.ownBytes);
  const sends = ceilingWait(nodes, asked, false, { us: own, node: asked.leaf });
  const borrows = ceilingWait(nodes, asked, true, loanWait(nodes, asked));
  // When it never can send by itself, what matters is who never lends.
  return borrows.us < sends.us || sends.us === Infinity ? borrows : sends;
}

/** `wait`, or until the last ceiling of the path holds enough if that is later. */
function ceilingWait(
  { rows, parents }: NodeTable,
  asked: Asked,
  isBorrower: boolean,
  wait: Wait,
): Wait {
  let { ownOps: ops, ownBytes: bytes } = asked;
  let leavesRoom = false;
  let { us: longestUs, node: longest } = wait;
  for (let node = asked.leaf; node !== NO_NODE; node = parents[node]) {
    const at = node * c.COLUMNS;
    const opsUs = waitForCeiling(rows, at, neededOf(rows, at, leavesRoom, ops));
    const bytesUs = waitForCeiling(rows, at + 1, neededOf(rows, at + 1, leavesRoom, bytes));
    if (Math.max(opsUs, bytesUs) > longestUs) {
      longestUs = Math.max(opsUs, bytesUs);
      longest = node;
    }
    ({ ops, bytes } = asked);
    leavesRoom = isBorrower;
  }
  return { us: longestUs, node: longest };
}

function loanWait(nodes: NodeTable, { leaf, ops, bytes }: Asked): Wait {
  let first = { us: Infinity, node: leaf };
  for (let node = nodes.parents[leaf]; node !== NO_NODE; node = nodes.parents[node]) {
    const us = tokensWait(nodes, node, ops, bytes);
    if (us < first.us) first = { us, node };
  }
  return first;
}

function tokensWait({ rows }: NodeTable, node: number, ops: number, bytes: number): number {
  const at = node * c.COLUMNS;
  return Math.max(waitForTokens(rows, at, ops), waitForTokens(rows, at + 1, bytes));
}

/** Both assured rates hold all they can: what comes now is lost, unless it is lent. */
export function isFull({ rows }: NodeTable, node: number): boolean {
  const at = node * c.COLUMNS;
  return (
    rows[at + c.TOKENS] >= rows[at + c.DEPTH] && rows[at + c.TOKENS + 1] >= rows[at + c.DEPTH + 1]
  );
}

export function isCeilingFull({ rows }: NodeTable, node: number): boolean {
  const at = node * c.COLUMNS;
  return (
    rows[at + c.CEILING] >= rows[at + c.BURST] && rows[at + c.CEILING + 1] >= rows[at + c.BURST + 1]
  );
}
