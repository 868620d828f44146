import type { LimitBook } from "../limits/limit-book.ts";
import type { LimitPath } from "../limits/path.ts";
import type { BurstPools } from "./burst-pools.ts";
import { ChangesDue } from "./changes-due.ts";
import type { Given } from "./lease.ts";
import { type HolderOf, LeasedNode } from "./leased-node.ts";

/** A lease that counts for something else when its time has come. */
interface Change {
  readonly node: LeasedNode;
  readonly holder: string;
  readonly given: Given;
}

/** All leases, by the nodes of the limits; as time passes they end, and who was silent too long is forgotten. */
export class LeaseTree {
  readonly #forgetMs: number;
  readonly #bursts: BurstPools;
  #book: LimitBook;
  #nodes = new Map<LimitPath, LeasedNode>();
  #due = new ChangesDue<Change>();
  #forgotten: HolderOf[] = [];

  constructor(book: LimitBook, forgetMs: number, bursts: BurstPools) {
    this.#bursts = bursts;
    this.#book = book;
    this.#forgetMs = forgetMs;
  }

  get book(): LimitBook {
    return this.#book;
  }

  get size(): number {
    return this.#nodes.size;
  }

  nodes(): Iterable<LeasedNode> {
    return this.#nodes.values();
  }

  find(path: LimitPath): LeasedNode | undefined {
    return this.#nodes.get(path);
  }

  /** The node, and those above it that have limits. */
  nodeOf(path: LimitPath): LeasedNode {
    const known = this.#nodes.get(path);
    if (known) return known;
    const above = this.#book.line(path).at(-2);
    const parent = above === undefined ? undefined : this.nodeOf(above);
    const node = new LeasedNode(path, parent, this.#book.limitOf(path)?.limits);
    this.#nodes.set(path, node);
    return node;
  }

  /** Other limits for the same leases; those of nodes without a limit are gone. */
  setBook(book: LimitBook, nowMs: number): void {
    const before = this.#nodes;
    for (const node of before.values()) this.#bursts.advance(node, nowMs);
    this.#bursts.setBook(book);
    this.#book = book;
    this.#nodes = new Map();
    this.#due = new ChangesDue();
    for (const [path, { given }] of before) {
      if (given.size === 0 || !book.limitOf(path)) continue;
      const node = this.nodeOf(path);
      for (const [holder, entry] of given) this.give(node, holder, entry.given, nowMs);
    }
  }

  give(node: LeasedNode, holder: string, given: Given, nowMs: number): void {
    this.#bursts.advance(node, nowMs);
    node.give(holder, given, nowMs);
    this.#due.add(this.#nextChangeMs(given, nowMs), { node, holder, given });
  }

  takeBack(node: LeasedNode, holder: string, nowMs: number): void {
    this.#bursts.advance(node, nowMs);
    node.give(holder, undefined, nowMs);
    for (let one: LeasedNode | undefined = node; one?.isEmpty; one = one.parent) {
      one.leave();
      this.#nodes.delete(one.path);
    }
  }

  /** Brings all leases to what they count for now. Cheap when little has changed. */
  advance(nowMs: number): void {
    for (let due = this.#due.take(nowMs); due; due = this.#due.take(nowMs)) {
      const { node, holder, given } = due;
      if (node.given.get(holder)?.given !== given) continue;
      if (nowMs < given.untilMs + this.#forgetMs) this.give(node, holder, given, nowMs);
      else {
        this.takeBack(node, holder, nowMs);
        this.#forgotten.push({ path: node.path, holder });
      }
    }
  }

  /** Who was forgotten since this was last asked. */
  takeForgotten(): readonly HolderOf[] {
    const forgotten = this.#forgotten;
    this.#forgotten = [];
    return forgotten;
  }

  #nextChangeMs({ lateMs, untilMs }: Given, nowMs: number): number {
    if (nowMs < lateMs) return lateMs;
    return nowMs < untilMs ? untilMs : untilMs + this.#forgetMs;
  }
}
