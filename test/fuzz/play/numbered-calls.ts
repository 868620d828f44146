import { keyOf } from "../../../population/hash.ts";
import { seededRandom } from "../../../services/platform/storage/log/testing/random.ts";
import type { FuzzTarget, Random } from "./target.ts";

/** Through the gateway one costs as much as several RPCs. */
const ROUTE_EVERY = 10;

/** The calls of a seed, by number from 0: what one sends depends on no other. */
export class NumberedCalls {
  readonly #seed: number;
  readonly #rpcs: readonly FuzzTarget[];
  readonly #routes: readonly FuzzTarget[];

  constructor(seed: number, targets: readonly FuzzTarget[]) {
    this.#seed = seed;
    this.#rpcs = targets.filter(({ kind }) => kind !== "route");
    this.#routes = targets.filter(({ kind }) => kind === "route");
  }

  /** Nine of ten go round the RPCs, the rest round the routes. */
  targetOf(number: number): FuzzTarget {
    const round = Math.floor(number / ROUTE_EVERY);
    if (number % ROUTE_EVERY === ROUTE_EVERY - 1) return this.#routes[round % this.#routes.length];
    return this.#rpcs[(number - round) % this.#rpcs.length];
  }

  randomOf(number: number): Random {
    return seededRandom(keyOf(this.#seed, number));
  }

  /** The numbers of one kind from `from` to before `end`. */
  *of(kind: FuzzTarget["kind"], from: number, end: number): Generator<number> {
    for (let number = from; number < end; number++) {
      if (this.targetOf(number).kind === kind) yield number;
    }
  }
}
