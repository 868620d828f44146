import { LRUCache } from "lru-cache";
import { NOTHING, type NodeLimits, UNLIMITED } from "./amounts.ts";
import type { LimitPath } from "./limits/path.ts";
import { HtbTree, NO_NODE } from "./tree/htb-tree.ts";

const MAX_OVERRIDES = 10_000;
const ROOT: NodeLimits = {
  rate: UNLIMITED,
  ceiling: UNLIMITED,
  burst: UNLIMITED,
  boot: NOTHING,
  weight: 1,
  priority: 0,
  safe: UNLIMITED,
};

/** Limits that came with the requests, in the memory of this process; the longest idle is forgotten first. */
export class Overrides {
  readonly #tree = new HtbTree();
  readonly #root: number;
  readonly #nodes: LRUCache<string, number>;

  constructor(nowUs: number) {
    this.#root = this.#tree.add(NO_NODE, ROOT, nowUs);
    this.#nodes = new LRUCache({
      max: MAX_OVERRIDES,
      dispose: (node) => this.#tree.remove(node),
    });
  }

  /** As HtbTree.decide, for `hits` operations; and what is left. The rate is in parts of an operation. */
  take(
    path: LimitPath,
    limit: { readonly partsAnHour: number; readonly parts: number; readonly burst: number },
    hits: number,
    nowUs: number,
  ): { readonly waitUs: number; readonly remaining: number } {
    const { partsAnHour, parts, burst } = limit;
    const key = `${path} ${partsAnHour} ${burst}`;
    const node = this.#nodes.get(key) ?? this.#add(key, partsAnHour, burst * parts, nowUs);
    // One more than there ever is stands for any more: a count of parts must stay exact.
    const waitUs = this.#tree.decide(node, Math.min(hits, burst + 1) * parts, 0, nowUs);
    return { waitUs, remaining: Math.floor(this.#tree.available(node, nowUs).ops / parts) };
  }

  #add(key: string, partsAnHour: number, burst: number, nowUs: number): number {
    const rate = { ops: partsAnHour, bytes: Infinity };
    const limits = { ...ROOT, rate, ceiling: rate, burst: { ops: burst, bytes: Infinity } };
    const node = this.#tree.add(this.#root, limits, nowUs);
    this.#nodes.set(key, node);
    return node;
  }
}
