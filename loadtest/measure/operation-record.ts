import { type Histogram, newHistogram, record } from "./histogram.ts";
import { type Ended, latenessMicros } from "./outcome/ended.ts";

export interface Counts {
  intended: number;
  /** Frames written, whatever became of them. */
  sent: number;
  ok: number;
  /** Answered with a status other than OK. */
  failed: number;
  timeout: number;
  /** Refused by the bound on what is in flight, or given up before a frame was written. */
  notSent: number;
  /** Of `notSent`: by the generator's own bound on what is begun and not over. Results of before 2026-11-30: 0. */
  refused: number;
  /** Withdrawn by the scenario: nothing was left to ask. Not in `intended`. */
  skipped: number;
}

/** Calls that were to be made and had no good answer: refused, too late, or never sent. */
export function failures({ failed, timeout, notSent }: Counts): number {
  return failed + timeout + notSent;
}

/** The share of the intended that had no good answer, for whatever reason. */
export function failedShare({ counts }: { readonly counts: Counts }): number {
  return counts.intended === 0 ? 0 : failures(counts) / counts.intended;
}

/** What steps waited for besides the answer itself; part of the response time, not of lateness. */
export interface Wait {
  count: number;
  totalMicros: number;
  maxMicros: number;
}

const newWait = (): Wait => ({ count: 0, totalMicros: 0, maxMicros: 0 });

type Histograms = Pick<OperationRecord, "response" | "answered" | "service" | "lateness">;

/** Everything measured about one operation. */
export class OperationRecord {
  readonly name: string;
  readonly timeoutMs: number;
  readonly counts: Counts = {
    intended: 0,
    sent: 0,
    ok: 0,
    failed: 0,
    timeout: 0,
    notSent: 0,
    refused: 0,
    skipped: 0,
  };
  /** Failures by gRPC status. */
  readonly statuses = new Map<number, number>();
  /** What was not sent by why, as `statuses`: no connection, or -1, its time was up. Results of before 2026-11-30: none. */
  readonly unsent = new Map<number, number>();
  readonly waits = { predecessor: newWait(), slot: newWait(), flow: newWait() };
  /** From the intended send to a good answer; whatever had none counts as at least the timeout. */
  readonly response: Histogram;
  /** The same of good answers alone: what those saw who were answered. */
  readonly answered: Histogram;
  /** From the frame written to the end, whatever it was. */
  readonly service: Histogram;
  /** The generator's own delay before the frame was written. */
  readonly lateness: Histogram;

  constructor(name: string, timeoutMs: number, histograms: Partial<Histograms> = {}) {
    this.name = name;
    this.timeoutMs = timeoutMs;
    this.response = histograms.response ?? newHistogram();
    this.answered = histograms.answered ?? newHistogram();
    this.service = histograms.service ?? newHistogram();
    this.lateness = histograms.lateness ?? newHistogram();
  }

  /** Returns the response time as recorded, us. */
  add(step: Ended): number {
    this.#count(step);
    const elapsed = step.endedMicros - step.intendedMicros;
    const response = step.outcome === "ok" ? elapsed : Math.max(elapsed, this.timeoutMs * 1000);
    record(this.response, response);
    if (step.outcome === "ok") record(this.answered, elapsed);
    record(this.lateness, latenessMicros(step));
    if (step.writtenMicros >= 0) record(this.service, step.endedMicros - step.writtenMicros);
    addWait(this.waits.predecessor, step.readyMicros - step.intendedMicros);
    addWait(this.waits.slot, step.slotWaitMicros);
    addWait(this.waits.flow, step.flowWaitMicros);
    return response;
  }

  #count({ outcome, status, writtenMicros, isRefused }: Ended): void {
    if (writtenMicros >= 0) this.counts.sent++;
    if (isRefused) this.counts.refused++;
    if (outcome === "not_sent") this.counts.notSent++;
    else this.counts[outcome]++;
    if (outcome === "failed") countUp(this.statuses, status);
    if (outcome === "not_sent" && status !== NEVER_HANDED) countUp(this.unsent, status);
  }
}

/** Of a step that no driver was handed: the bound refused it, or it needed an answer that failed. */
export const NEVER_HANDED = -2;

function countUp(counts: Map<number, number>, status: number): void {
  counts.set(status, (counts.get(status) ?? 0) + 1);
}

function addWait(wait: Wait, micros: number): void {
  if (micros <= 0) return;
  wait.count++;
  wait.totalMicros += micros;
  if (micros > wait.maxMicros) wait.maxMicros = micros;
}
