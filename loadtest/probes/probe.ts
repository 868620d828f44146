import type { Histogram } from "../measure/histogram.ts";
import type { Distribution } from "../measure/measured.ts";
import type { Series } from "../measure/series.ts";
import type { ProbeReport } from "./probe-report.ts";

/** Reads, as viewers do, what one generator posts. Several probes need not know of each other. */
export interface Probe extends AsyncDisposable {
  /**
   * The answer to a CreatePost was seen, `atMicros` on the run's clock. Posts whose outcome is not known
   * are not told: nothing is expected of them, and they are not strange. `textNumber`: which of its author's
   * texts in the population it is, for the check of texts.
   */
  acknowledged(author: number, postId: bigint, atMicros: number, textNumber?: number): void;
  /**
   * Looks for what is missing, once `drained` has resolved: nothing waits in the target any more. When it
   * rejects, what is not there soon after is lost all the same. Never rejects. Bounded by lostAfterMs and
   * one scroll of each watcher.
   */
  finish(options: { readonly drained: Promise<unknown> }): Promise<void>;
  /** In the form of Measured. What only `finish` finds out (`lost`, `altered`...) is not there before. */
  counters(): Map<string, number>;
  /**
   * `lag`: from the answer to a post until its entry came on a watcher's stream. The loop that sends also
   * reads the streams, so how late it sends is how late the probe is: pass the run's operations.
   */
  distributions(operations: readonly { readonly lateness: Histogram }[]): Map<string, Distribution>;
  /** `lag` over the time of the run. */
  series(): ReadonlyMap<string, Series>;
  report(): ProbeReport;
}
