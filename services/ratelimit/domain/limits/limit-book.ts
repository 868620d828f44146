import type { NodeLimits } from "../amounts.ts";
import { type LimitPath, lineageOf, patternsOf } from "./path.ts";

/** One limit as it was set. */
export interface Limit {
  /** Of one node, or of many: "users/*" is the limit of each that has none of its own. */
  readonly path: LimitPath;
  readonly limits: NodeLimits;
  /** Leases are handed out here, for all below. Roots always are such a place, unless one below is. */
  readonly leased: boolean;
  /** Refusals are counted, and not told. */
  readonly shadow: boolean;
}

/** Do both say the same? */
export function isSame(a: Limit, b: Limit | undefined): boolean {
  return b !== undefined && inWords(a) === inWords(b);
}

/** JSON has no word for Infinity. */
function inWords({ path, limits, leased, shadow }: Limit): string {
  const { rate, ceiling, burst, boot, safe, weight, priority } = limits;
  const amounts = [rate, ceiling, burst, boot, safe].map(({ ops, bytes }) => `${ops} ${bytes}`);
  return [path, ...amounts, weight, priority, leased, shadow].join();
}

/** All limits, by path; immutable, so that who holds a book knows what it says. */
export class LimitBook {
  readonly revision: bigint;
  readonly #limits: ReadonlyMap<LimitPath, Limit>;

  constructor(revision: bigint, limits: Iterable<Limit>) {
    this.revision = revision;
    this.#limits = new Map([...limits].map((limit) => [limit.path, limit]));
  }

  get size(): number {
    return this.#limits.size;
  }

  all(): readonly Limit[] {
    return [...this.#limits.values()];
  }

  /** The limit of a node: its own, or the nearest pattern's. Undefined: nothing limits it. */
  limitOf(path: LimitPath): Limit | undefined {
    return this.#limits.get(path) ?? this.#byPattern(path.split("/"), 0, "");
  }

  /** The nodes of a path that have limits, the root first. */
  line(path: LimitPath): readonly LimitPath[] {
    return lineageOf(path).filter((one) => this.limitOf(one) !== undefined);
  }

  /** The node of this path's line where leases are handed out; undefined: nothing limits the path. */
  leasePoint(path: LimitPath): LimitPath | undefined {
    const line = this.line(path);
    return line.find((one) => this.limitOf(one)?.leased) ?? line[0];
  }

  /** What says more before what says less, segment by segment from the left. */
  #byPattern(segments: readonly string[], at: number, prefix: string): Limit | undefined {
    if (at === segments.length) return this.#limits.get(prefix);
    for (const pattern of patternsOf(segments[at])) {
      const joined = prefix === "" ? pattern : `${prefix}/${pattern}`;
      const limit = this.#byPattern(segments, at + 1, joined);
      if (limit) return limit;
    }
    return undefined;
  }
}
