import type { LiveOperation, StandsNow } from "./live-sample.ts";
import { standsNow } from "./stands-now.ts";

/** What is shown of a run while it goes on. */
export interface LiveFrame {
  readonly name: string;
  /** From the beginning of the warm-up. */
  readonly atSecond: number;
  readonly seconds: number;
  readonly isWarmUp: boolean;
  readonly operations: readonly (LiveOperation & {
    /** Sent since the frame before; undefined while too little of the run is measured. */
    readonly perSecond: number | undefined;
  })[];
  readonly thresholds: readonly { readonly text: string; readonly stands: StandsNow }[];
}

export interface Framed {
  readonly name: string;
  readonly warmUpSeconds: number;
  readonly seconds: number;
  readonly thresholds: readonly string[];
}

/** A rate of less is one of a few calls. */
const LEAST_SECONDS = 0.5;

type Counted = Pick<LiveOperation, "sent" | "measuredSeconds">;
const NOTHING: Counted = { sent: 0, measuredSeconds: 0 };

/** Makes frames of samples: rates are those since the sample before, by the clock of what was counted. */
export class Frames {
  readonly #scenario: Framed;
  readonly #before = new Map<string, Counted>();

  constructor(scenario: Framed) {
    this.#scenario = scenario;
  }

  of(atSecond: number, operations: readonly LiveOperation[]): LiveFrame {
    const { name, warmUpSeconds, seconds, thresholds } = this.#scenario;
    const framed = operations.map((one) => ({ ...one, perSecond: this.#rateOf(one) }));
    return {
      name,
      atSecond,
      seconds: warmUpSeconds + seconds,
      isWarmUp: atSecond < warmUpSeconds,
      operations: framed,
      thresholds: standsNow(thresholds, operations),
    };
  }

  #rateOf({ name, sent, measuredSeconds }: LiveOperation): number | undefined {
    const before = this.#before.get(name) ?? NOTHING;
    const took = measuredSeconds - before.measuredSeconds;
    if (took < LEAST_SECONDS) return undefined;
    this.#before.set(name, { sent, measuredSeconds });
    return Math.max(0, sent - before.sent) / took;
  }
}
