import { type Bundles, RECORDED } from "../bundles.ts";
import type { LagWindows } from "./lag-windows.ts";

/** Writes down the lag of each post once, however often it is delivered. */
export class LagRecorder {
  readonly #bundles: Bundles;
  readonly #lags: LagWindows;
  readonly #activeShare: number;

  constructor(bundles: Bundles, lags: LagWindows, activeShare: number) {
    this.#bundles = bundles;
    this.#lags = lags;
    this.#activeShare = activeShare;
  }

  /** The viewer that stands for the message at this place of the bundles can read it then. */
  record(place: number, readableAt: number): void {
    const { messageFlags, messageFriends, messageAt } = this.#bundles;
    if ((messageFlags[place] & RECORDED) !== 0) return;
    messageFlags[place] |= RECORDED;
    this.#lags.record(messageAt[place], readableAt, messageFriends[place] * this.#activeShare);
  }
}
