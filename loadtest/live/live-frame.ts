import type { LiveOperation, StandsNow } from "./live-sample.ts";
import { standsNow } from "./stands-now.ts";

/** What is shown of a run while it goes on. */
export interface LiveFrame {
  readonly name: string;
  /** From the beginning of the warm-up. */
  readonly atSecond: number;
  readonly seconds: number;
  readonly isWarmUp: boolean;
  readonly operations: readonly (LiveOperation & { readonly perSecond: number })[];
  readonly thresholds: readonly { readonly text: string; readonly stands: StandsNow }[];
}

export interface Framed {
  readonly name: string;
  readonly warmUpSeconds: number;
  readonly seconds: number;
  readonly thresholds: readonly string[];
}

/** Makes frames of samples: rates are those since the sample before. */
export class Frames {
  readonly #scenario: Framed;
  #before: ReadonlyMap<string, number> = new Map();
  #beforeSecond = 0;

  constructor(scenario: Framed) {
    this.#scenario = scenario;
  }

  of(atSecond: number, operations: readonly LiveOperation[]): LiveFrame {
    const { name, warmUpSeconds, seconds, thresholds } = this.#scenario;
    const took = Math.max(0.001, atSecond - this.#beforeSecond);
    const framed = operations.map((one) => ({
      ...one,
      perSecond: Math.max(0, one.sent - (this.#before.get(one.name) ?? 0)) / took,
    }));
    this.#before = new Map(operations.map(({ name: of, sent }) => [of, sent]));
    this.#beforeSecond = atSecond;
    return {
      name,
      atSecond,
      seconds: warmUpSeconds + seconds,
      isWarmUp: atSecond < warmUpSeconds,
      operations: framed,
      thresholds: standsNow(thresholds, operations),
    };
  }
}
