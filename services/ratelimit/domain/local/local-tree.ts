import {
  type Amounts,
  MAX_BURST,
  mapAmounts,
  NOTHING,
  type NodeLimits,
  UNLIMITED,
} from "../amounts.ts";
import { LimitBook } from "../limits/limit-book.ts";
import type { LimitPath } from "../limits/path.ts";
import { HtbTree, NO_NODE } from "../tree/htb-tree.ts";
import type { LocalNode, LocalPoint } from "./local-node.ts";

/** What a lease gives: a rate that is a ceiling too, a burst, and tokens that are put in. */
export interface Holding {
  readonly rate: Amounts;
  readonly burst: Amounts;
  readonly tokens: Amounts;
  /** What is below begins full. */
  readonly isFresh: boolean;
}

const MAX_NODES = 200_000;
const IDLE_US = 60_000_000;
/** A lease that gives nothing now may give something when it is renewed. */
const NEXT_LEASE_US = 1_000_000;

/**
 * The part of all trees that a process decides about: below a root without limits the nodes it has leases
 * of, below them what their limits say, made when first asked for. Pure; time is in microseconds.
 */
export class LocalTree {
  #book = new LimitBook(0n, []);
  readonly #tree = new HtbTree();
  readonly #root: number;
  readonly #points = new Map<LimitPath, LocalPoint>();
  readonly #nodes = new Map<LimitPath, LocalNode>();
  readonly #paths: LimitPath[] = [];
  #bootOf: (path: LimitPath) => Amounts = () => NOTHING;
  /** Forgotten before they were full: whoever comes back begins with nothing. */
  readonly #emptied = new Set<LimitPath>();

  constructor(nowUs: number) {
    const all = { rate: UNLIMITED, ceiling: UNLIMITED, burst: MAX_BURST, boot: NOTHING };
    const limits = { ...all, weight: 1, priority: 0, safe: UNLIMITED };
    this.#root = this.#tree.add(NO_NODE, limits, nowUs);
  }

  get book(): LimitBook {
    return this.#book;
  }

  get nodeCount(): number {
    return this.#nodes.size;
  }

  /**
   * New limits, in force at once. Nodes that lie below others now are made anew, and empty. Gives the
   * leased nodes that no lease is handed out for any more.
   */
  setBook(book: LimitBook, nowUs: number): readonly LimitPath[] {
    const before = this.#book;
    this.#book = book;
    const isMoved = ({ path, point }: LocalNode) =>
      book.leasePoint(path) !== point.path || book.line(path).join() !== before.line(path).join();
    // Those below come after those above.
    for (const node of [...this.#nodes.values()].reverse()) {
      const limit = book.limitOf(node.path);
      if (isMoved(node) || !limit) this.#forget(node);
      else if (node.index !== node.point.index) {
        this.#tree.setLimits(node.index, limit.limits, nowUs);
        node.isShadow = limit.shadow;
      }
    }
    const gone = [...this.#points.keys()].filter((path) => book.leasePoint(path) !== path);
    for (const path of gone) this.#removePoint(path);
    return gone;
  }

  pointAt(path: LimitPath): LocalPoint | undefined {
    return this.#points.get(path);
  }

  /** A lease of a node, the first or another. */
  hold(path: LimitPath, holding: Holding, nowUs: number): LocalPoint {
    const limits = limitsOf(holding);
    const { tokens, isFresh } = holding;
    const known = this.#points.get(path);
    if (known) {
      const { index } = known;
      const had = this.#tree.inHand(index, nowUs);
      this.#tree.setLimits(index, limits, nowUs);
      const has = this.#tree.inHand(index, nowUs);
      known.returned = mapAmounts((r) => known.returned[r] + had[r] - has[r]);
      this.#tree.put(index, tokens);
      return known;
    }
    const index = this.#tree.add(this.#root, limits, nowUs, false);
    this.#tree.put(index, tokens);
    this.#tree.boot(index, this.#bootOf(path));
    const began = isFresh ? undefined : { us: nowUs, book: this.#book };
    const asked = { askedOps: 0, askedBytes: 0, isPressed: false };
    const point = { path, index, ...asked, returned: NOTHING, began };
    this.#points.set(path, point);
    this.#paths[index] = path;
    return point;
  }

  /** What a leased node has in hand of its burst. */
  inHand({ index }: LocalPoint, nowUs: number): Amounts {
    return this.#tree.inHand(index, nowUs);
  }

  /** The node that decides about a path; undefined: no lease covers it. */
  nodeOf(path: LimitPath, nowUs: number): LocalNode | undefined {
    const known = this.#nodes.get(path);
    if (known) return known;
    // Not whatever lies above and is leased, too: that is for those for whom no other lease is handed out.
    const point = this.#points.get(this.#book.leasePoint(path) ?? "");
    if (point === undefined) return undefined;
    const line = this.#book.line(path);
    let above = point.index;
    for (const below of line.slice(line.indexOf(point.path) + 1)) {
      above = this.#nodes.get(below)?.index ?? this.#add(below, above, point, nowUs);
    }
    // What has no limit of its own is decided by the nearest above that has.
    const last = line.at(-1) ?? path;
    return this.#nodes.get(last) ?? this.#keep(last, above, point, nowUs);
  }

  /** 0: allowed and counted. Else microseconds until asking again makes sense; Infinity: never. */
  decide(node: LocalNode, ops: number, bytes: number, nowUs: number): number {
    const { point } = node;
    point.askedOps += ops;
    point.askedBytes += bytes;
    node.usedUs = nowUs;
    const waitUs = this.#tree.decide(node.index, ops, bytes, nowUs);
    if (waitUs === 0) return 0;
    if (this.#tree.refusedBy === point.index) point.isPressed = true;
    return waitUs === Infinity && this.#mayFit(node, { ops, bytes }) ? NEXT_LEASE_US : waitUs;
  }

  /** Do all bursts of its path hold so much? Then only a lease that gives too little now is in the way. */
  #mayFit({ index, path }: LocalNode, { ops, bytes }: Amounts): boolean {
    const boot = this.#tree.bootLeft(index);
    return this.#book.line(path).every((one) => {
      const burst = this.#book.limitOf(one)?.limits.burst ?? UNLIMITED;
      const own = one === path ? boot : NOTHING;
      return ops - own.ops <= burst.ops && bytes - own.bytes <= burst.bytes;
    });
  }

  /** Who refused last. */
  get refusedBy(): LimitPath {
    return this.#paths[this.#tree.refusedBy] ?? "";
  }

  available(node: LocalNode, nowUs: number): Amounts {
    return this.#tree.available(node.index, nowUs);
  }

  /** From now on nodes have so much of a one-time burst, those too that are made later. */
  setBoots(bootOf: (path: LimitPath) => Amounts): void {
    this.#bootOf = bootOf;
    for (const { index, path } of [...this.#nodes.values(), ...this.#points.values()]) {
      // One that found no place of its own is decided by the node above it, whose burst is another.
      if (this.#paths[index] === path) this.#tree.boot(index, bootOf(path));
    }
  }

  /** A VM boots. */
  boot({ index, path }: LocalNode, boot: Amounts): void {
    if (this.#paths[index] === path) this.#tree.boot(index, boot);
  }

  /** What is left of the node's one-time burst. */
  bootLeft(node: LocalNode): Amounts {
    return this.#tree.bootLeft(node.index);
  }

  /** Whether what was allowed last took something of it. */
  get tookOfBoot(): boolean {
    return this.#tree.tookOfBoot;
  }

  /** Forgets nodes that nobody used for a minute and that are full: they come back as they were. */
  sweep(nowUs: number): void {
    for (const node of [...this.#nodes.values()].reverse()) {
      if (nowUs - node.usedUs < IDLE_US) continue;
      const isPoint = node.index === node.point.index;
      if (!isPoint && !this.#tree.isForgettable(node.index, nowUs)) continue;
      this.#forget(node);
      this.#emptied.delete(node.path);
    }
  }

  /** Gives up a lease, when nothing below it is remembered any more; false: something is. */
  drop(path: LimitPath, nowUs: number): boolean {
    const point = this.#points.get(path);
    if (!point) return true;
    if (!this.#tree.isForgettable(point.index, nowUs)) return false;
    this.#removePoint(path);
    return true;
  }

  #forget(node: LocalNode): void {
    this.#nodes.delete(node.path);
    if (node.index !== node.point.index) {
      this.#tree.remove(node.index);
      this.#emptied.add(node.path);
    }
    node.index = NO_NODE;
  }

  /** Nothing lies below it any more. */
  #removePoint(path: LimitPath): void {
    const point = this.#points.get(path);
    const node = this.#nodes.get(path);
    if (node) this.#forget(node);
    if (point) this.#tree.remove(point.index);
    this.#points.delete(path);
  }

  #add(path: LimitPath, parent: number, point: LocalPoint, nowUs: number): number {
    const limit = this.#book.limitOf(path);
    if (limit === undefined || this.#nodes.size >= MAX_NODES) return parent;
    const isEmptied = this.#emptied.delete(path);
    const { began } = point;
    // What it gathered since its leased node began, which may have begun again.
    const isBegun = began?.book.limitOf(path) !== undefined && !isEmptied;
    const sinceUs = isBegun ? (began?.us ?? nowUs) : nowUs;
    const index = this.#tree.add(parent, limit.limits, sinceUs, !isEmptied && !isBegun);
    this.#tree.boot(index, this.#bootOf(path));
    this.#paths[index] = path;
    this.#keep(path, index, point, nowUs);
    return index;
  }

  #keep(path: LimitPath, index: number, point: LocalPoint, nowUs: number): LocalNode {
    const isShadow = this.#book.limitOf(path)?.shadow ?? false;
    const node = { path, point, index, usedUs: nowUs, isShadow };
    this.#nodes.set(path, node);
    return node;
  }
}

function limitsOf({ rate, burst }: Holding): NodeLimits {
  return { rate, ceiling: rate, burst, boot: NOTHING, weight: 1, priority: 0, safe: rate };
}
