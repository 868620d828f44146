import type { Amounts } from "./amounts.ts";
import type { LimitPath } from "./limits/path.ts";

/** The last boot of a VM, and what is left of its one-time burst. */
export interface Boot {
  /** The node whose burst it is. */
  readonly path: LimitPath;
  readonly bootId: string;
  readonly left: Amounts;
}

/** Of two writes of one path the one with the higher order stays, whenever it comes. */
export interface StoredBoot extends Boot {
  readonly order: bigint;
}
