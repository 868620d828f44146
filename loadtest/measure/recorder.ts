import { OperationRecord } from "./operation-record.ts";
import { type Ended, latenessMicros } from "./outcome/ended.ts";
import { isLoss } from "./outcome/lost.ts";
import { RateWindows } from "./rate-windows.ts";
import { Series } from "./series.ts";

/** A step sent later than this after its time counts as missing in its window. */
export const LATE_SEND_MICROS = 1_000_000;

/** Takes the end of every step: a few hundred ns each, nothing allocated. */
export class Recorder {
  readonly operations: readonly OperationRecord[];
  readonly windows = new RateWindows();
  readonly series: readonly Series[];

  /** Steps of the warm-up: frames written, and how many were not answered well. */
  readonly warmUp = { sent: 0, failed: 0 };
  readonly #fromMicros: number;

  /**
   * `operations` in the order of the run's, with their timeouts. Steps intended before `fromMicros` are
   * the warm-up: sent, and not measured.
   */
  constructor(
    operations: readonly { readonly name: string; readonly timeoutMs: number }[],
    fromMicros = 0,
  ) {
    this.#fromMicros = fromMicros;
    this.operations = operations.map(({ name, timeoutMs }) => new OperationRecord(name, timeoutMs));
    this.series = operations.map(() => new Series());
  }

  intended(operation: number, intendedMicros: number): void {
    if (intendedMicros < this.#fromMicros) return;
    this.operations[operation].counts.intended++;
    this.windows.intended(intendedMicros);
  }

  /** Nothing was left to ask: as if it had never been intended. */
  skipped(operation: number, intendedMicros: number): void {
    if (intendedMicros < this.#fromMicros) return;
    const { counts } = this.operations[operation];
    counts.intended--;
    counts.skipped++;
    this.windows.withdrawn(intendedMicros);
  }

  ended(operation: number, step: Ended): void {
    if (step.intendedMicros < this.#fromMicros) {
      if (step.writtenMicros >= 0) this.warmUp.sent++;
      if (step.outcome !== "ok") this.warmUp.failed++;
      return;
    }
    const record = this.operations[operation];
    const responseMicros = record.add(step);
    this.series[operation].add(step.endedMicros, responseMicros);
    const { intendedMicros } = step;
    const offeredMicros = offeredAt(step);
    if (offeredMicros >= 0 && offeredMicros - intendedMicros <= LATE_SEND_MICROS) {
      this.windows.sent(intendedMicros);
      return;
    }
    if (latenessMicros(step) > LATE_SEND_MICROS) this.windows.missedByGenerator(intendedMicros);
    if (step.isRefused) this.windows.refused(intendedMicros);
  }
}

const UNAVAILABLE = 14;

/**
 * When the target was asked: the frame written, or a connection found dead. A target that is away refuses
 * load, and the load was made all the same. -1: it never was.
 */
function offeredAt({ writtenMicros, status, endedMicros }: Ended): number {
  if (writtenMicros >= 0) return writtenMicros;
  return status === UNAVAILABLE || isLoss(status) ? endedMicros : -1;
}
