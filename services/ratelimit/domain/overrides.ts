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

  /** As HtbTree.decide, for `hits` operations; and what is left. */
  take(
    path: LimitPath,
    limit: { readonly opsAnHour: number; readonly burst: number },
    hits: number,
    nowUs: number,
  ): { readonly waitUs: number; readonly remaining: number } {
    const key = `${path} ${limit.opsAnHour} ${limit.burst}`;
    const node = this.#nodes.get(key) ?? this.#add(key, limit.opsAnHour, limit.burst, nowUs);
    const waitUs = this.#tree.decide(node, hits, 0, nowUs);
    return { waitUs, remaining: this.#tree.available(node, nowUs).ops };
  }

  #add(key: string, opsAnHour: number, burst: number, nowUs: number): number {
    const rate = { ops: opsAnHour, bytes: Infinity };
    const limits = { ...ROOT, rate, ceiling: rate, burst: { ops: burst, bytes: Infinity } };
    const node = this.#tree.add(this.#root, limits, nowUs);
    this.#nodes.set(key, node);
    return node;
  }
}
