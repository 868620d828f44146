import type { Amounts } from "../amounts.ts";
import { type LimitPath, rootOf } from "../limits/path.ts";
import type { Entry, HolderOf, LeasedNode, Parts } from "./leased-node.ts";

/** A search looks at all siblings, so it is made at most so often: ms, and ms a node. */
const MIN_SEARCH_MS = 20;
const SEARCH_MS_A_NODE = 0.005;
/** Who has so much more than its part is told. */
const MORE = 1.05;
/** Holders that are told at once that something has come back. */
const WAVE_HOLDERS = 100;
const WAVE_MS = 20;
const MAX_OWED = 1_000;

/** What a tree's holders wait for. */
interface Waiting {
  readonly owed: Map<string, HolderOf>;
  searchedMs: number;
  toldMs: number;
  /** Something came back since they were told last. */
  isFreed: boolean;
}

/**
 * Who should ask before its time. A holder that is given less than its part waits for what others have
 * beyond theirs: those are recalled; and when they have given it up, who waits is told that it is there.
 * Hints, all of them: who does not hear asks at its next refresh.
 */
export class Recalls {
  readonly #trees = new Map<LimitPath, Waiting>();
  /** Leases that were recalled already: the next one of the same holder is another object. */
  readonly #told = new WeakSet<Entry>();
  #recalled: HolderOf[] = [];

  /** A holder was given less than its part, for want of something in `short` and below. */
  owe(holder: HolderOf, short: LeasedNode, nodes: number, nowMs: number): void {
    const tree = this.#treeOf(holder.path);
    if (tree.owed.size < MAX_OWED) tree.owed.set(`${holder.path} ${holder.holder}`, holder);
    if (nowMs - tree.searchedMs < Math.max(MIN_SEARCH_MS, nodes * SEARCH_MS_A_NODE)) return;
    tree.searchedMs = nowMs;
    this.#search(short, short.parts());
  }

  /** It has what it wanted, or has left. */
  settle({ path, holder }: HolderOf): void {
    this.#trees.get(rootOf(path))?.owed.delete(`${path} ${holder}`);
  }

  /** Something of a tree came back; `isFreed` false: time has passed, and it may have before. */
  tell(path: LimitPath, isFreed: boolean, nowMs: number): void {
    const tree = this.#trees.get(rootOf(path));
    if (!tree) return;
    tree.isFreed ||= isFreed;
    if (!tree.isFreed || nowMs - tree.toldMs < WAVE_MS) return;
    tree.isFreed = false;
    tree.toldMs = nowMs;
    for (const [key, holder] of [...tree.owed].slice(0, WAVE_HOLDERS)) {
      tree.owed.delete(key);
      this.#recalled.push(holder);
    }
  }

  /** All limits changed: everybody asks anew. */
  recallAll(nodes: Iterable<LeasedNode>): void {
    for (const { path, given } of nodes) {
      for (const holder of given.keys()) this.#recalled.push({ path, holder });
    }
  }

  /** Who should ask now, since this was last asked. */
  take(): readonly HolderOf[] {
    const recalled = this.#recalled;
    this.#recalled = [];
    return recalled;
  }

  /** Goes down only where more is leased than there would be. */
  #search(node: LeasedNode, parts: Parts): void {
    for (const child of node.children.values()) {
      const part = parts.ofChild(child);
      if (isMore(child.leased, part)) this.#search(child, child.parts(part));
    }
    for (const [holder, entry] of node.given) {
      if (!entry.isLive || this.#told.has(entry)) continue;
      if (!isMore(entry.reserved, parts.ofHolder(holder))) continue;
      this.#told.add(entry);
      this.#recalled.push({ path: node.path, holder });
    }
  }

  #treeOf(path: LimitPath): Waiting {
    return this.#trees.getOrInsertComputed(rootOf(path), () => {
      return { owed: new Map(), searchedMs: -Infinity, toldMs: -Infinity, isFreed: false };
    });
  }
}

/** In one resource at least. */
function isMore(a: Amounts, b: Amounts): boolean {
  return a.ops > b.ops * MORE || a.bytes > b.bytes * MORE;
}
