import { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import type { PostId } from "../../../model/ids.ts";
import type { EntryStore, TimelineState } from "../../ports.ts";
import { maxId } from "../halves.ts";
import { Scanner } from "./scan.ts";
import type { Answer, PageSource, Stretch } from "./source.ts";
import type { VisibleWindow } from "./visible-window.ts";

/**
 * The entries kept for a viewer: complete down to their floor. While they are being filled it shows
 * what there is, and can tell of nothing that it is all.
 */
export class RingSource implements PageSource {
  readonly #store: Pick<EntryStore, "state" | "read">;
  readonly #scanner: Scanner;

  constructor(store: Pick<EntryStore, "state" | "read">) {
    this.#store = store;
    this.#scanner = new Scanner(store);
  }

  read(stretch: Stretch, visible: VisibleWindow): Answer {
    const { before } = stretch;
    const floor = readableFloor(this.#store.state(stretch.viewer));
    const stop = floor === undefined ? stretch.stop : maxId(stretch.stop, floor);
    const scan = this.#scanner.scan({ ...stretch, stop }, visible);
    const { FILLING, BELOW_FLOOR } = DegradedReason;
    const isFilling = floor === undefined;
    if (scan.end === "full")
      return { from: scan.before, end: "full", ...(isFilling && { missing: FILLING }) };
    if (isFilling) return { from: scan.before, end: "paused", missing: FILLING };
    if (scan.end === "bounded") return { from: scan.before, end: "paused" };
    const from = before !== 0n && before < stop ? before : stop;
    return { from, end: "reached", missing: BELOW_FLOOR };
  }
}

/** Down to where a complete timeline can be read. */
export function readableFloor(state: TimelineState): PostId | undefined {
  return state.kind === "complete" ? (state.readableFrom ?? state.floor) : undefined;
}
