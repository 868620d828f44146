import { present } from "../../../services/model/invariant.ts";
import type { Clock } from "../../../services/platform/clock/clock.ts";
import { systemClock } from "../../../services/platform/clock/system-clock.ts";
import { pendingIn } from "../../../tools/mesh/settle.ts";
import { type ProcessSnapshot, processSnapshot } from "../../measure/machine/process-use.ts";
import {
  type ThreadWaits,
  threadWaits,
  type WaitShares,
  waitShares,
} from "../../measure/machine/thread-waits.ts";
import type { Resources } from "../../results/resources.ts";
import type { LoadTarget } from "../target.ts";
import { columnsOf, type SampleRow } from "./sample-columns.ts";
import { WorkCounts } from "./work-counts.ts";

export interface SamplerOptions {
  /** The measured part begins so many ms from now: nothing before it is in the result. */
  readonly measuredInMs: number;
  /** Between two samples of CPU and memory; 1 s by default. */
  readonly everyMs?: number;
  readonly clock?: Clock;
  /** For tests. */
  readonly snapshot?: (pid: number) => ProcessSnapshot | undefined;
  readonly waits?: (pid: number) => ThreadWaits;
}

/** Watches what a target uses, until it is stopped. */
export interface Sampler {
  /** What was seen since the measured part began. */
  stop(): Promise<Resources>;
}

/** A metrics page costs each process about 1 ms of CPU, so they are not asked more often. */
const PAGES_EVERY_MS = 1_000;
const MIN_EVERY_MS = 50;

/** What is needed of a target to sample it. */
export type Sampled = Pick<LoadTarget, "processes" | "metrics">;

export function startSampler(target: Sampled, options: SamplerOptions): Sampler {
  const { measuredInMs, everyMs = 1_000 } = options;
  if (!(everyMs >= MIN_EVERY_MS)) {
    throw new RangeError(`everyMs: ${everyMs} is not at least ${MIN_EVERY_MS}`);
  }
  const clock = options.clock ?? systemClock;
  const stopping = new AbortController();
  const { snapshot = processSnapshot, waits = threadWaits } = options;
  const sampling = new Sampling(target, clock, { snapshot, waits });
  const run = async () => {
    let dueMs = clock.monotonicMs() + measuredInMs;
    const untilDue = () =>
      clock.delay(Math.max(0, dueMs - clock.monotonicMs()), stopping.signal).then(
        () => true,
        () => false,
      );
    if (measuredInMs > 0 && !(await untilDue())) return;
    sampling.begin();
    for (dueMs += everyMs; await untilDue(); dueMs += everyMs) sampling.sample();
  };
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
      return sampling.end(everyMs / 2);
    },
  };
}

type Reads = Required<Pick<SamplerOptions, "snapshot" | "waits">>;
type Used = Pick<ProcessSnapshot, "cpuSeconds" | "mainThreadSeconds">;
const NOTHING_USED: Used = { cpuSeconds: 0, mainThreadSeconds: 0 };
const NOTHING_SEEN = { cpuSeconds: new Map(), waits: new Map() };

class Sampling {
  readonly #target: Sampled;
  readonly #clock: Clock;
  readonly #read: Reads;
  readonly #rows: SampleRow[] = [];
  /** By label: the process of the last sample, and its CPU then. */
  readonly #last = new Map<string, Used & { readonly pid: number }>();
  readonly #cpuSeconds = new Map<string, number>();
  /** By process, as it was when the measured part began. */
  readonly #waitsBefore = new Map<number, ThreadWaits>();
  #work = new WorkCounts(new Map());
  #startMs: number | undefined;
  #lastMs = 0;
  #pagesMs = -Infinity;
  #pages: Promise<void> | undefined;
  #pending: ReadonlyMap<string, number> = new Map();

  constructor(target: Sampled, clock: Clock, read: Reads) {
    this.#target = target;
    this.#clock = clock;
    this.#read = read;
  }

  begin(): void {
    this.#startMs = this.#lastMs = this.#clock.monotonicMs();
    for (const { label, pid } of this.#target.processes) {
      this.#last.set(label, { pid, ...(this.#read.snapshot(pid) ?? NOTHING_USED) });
      this.#waitsBefore.set(pid, this.#read.waits(pid));
      this.#cpuSeconds.set(label, 0);
    }
    this.#work = new WorkCounts(this.#pids());
    this.#lookAtPages();
  }

  /** `keep` false: counts what was used and adds no row. */
  sample(keep = true): void {
    const nowMs = this.#clock.monotonicMs();
    const seconds = (nowMs - this.#lastMs) / 1000;
    this.#lastMs = nowMs;
    const cpuShare = new Map<string, number>();
    const mainThreadShare = new Map<string, number>();
    const residentMiB = new Map<string, number>();
    for (const { label, pid } of this.#target.processes) {
      const now = this.#read.snapshot(pid);
      if (!now) continue;
      const last = this.#last.get(label);
      // Of a process that was started since, all is new; the end of the one before it was not seen.
      const before = last?.pid === pid ? last : NOTHING_USED;
      const used = now.cpuSeconds - before.cpuSeconds;
      this.#last.set(label, { pid, ...now });
      this.#cpuSeconds.set(label, (this.#cpuSeconds.get(label) ?? 0) + used);
      cpuShare.set(label, used / seconds);
      mainThreadShare.set(label, (now.mainThreadSeconds - before.mainThreadSeconds) / seconds);
      residentMiB.set(label, now.residentMiB);
    }
    if (keep) {
      const atSeconds = (nowMs - present(this.#startMs)) / 1000;
      const pending = this.#pending;
      this.#rows.push({ atSeconds, cpuShare, mainThreadShare, residentMiB, pending });
    }
    if (nowMs - this.#pagesMs >= PAGES_EVERY_MS) this.#lookAtPages();
  }

  /** A last row, unless the last one is younger than `minRowMs`. */
  async end(minRowMs: number): Promise<Resources> {
    if (this.#startMs === undefined) return columnsOf([], NOTHING_SEEN, new Map());
    this.sample(this.#clock.monotonicMs() - this.#lastMs >= minRowMs);
    const waits = this.#waitShares((this.#lastMs - this.#startMs) / 1000);
    await this.#pages;
    this.#lookAtPages();
    await this.#pages;
    const inAll = { cpuSeconds: this.#cpuSeconds, waits };
    return columnsOf(this.#rows, inAll, this.#work.sums);
  }

  /** Of a process that was started since, all that it has waited. */
  #waitShares(seconds: number): ReadonlyMap<string, WaitShares> {
    return new Map(
      this.#target.processes.map(({ label, pid }) => {
        const before = this.#waitsBefore.get(pid) ?? new Map();
        return [label, waitShares(before, this.#read.waits(pid), seconds)];
      }),
    );
  }

  /** A process that stands still keeps its page to itself, and nobody waits for it. */
  #lookAtPages(): void {
    if (this.#pages) return;
    this.#pagesMs = this.#clock.monotonicMs();
    this.#pages = this.#target
      .metrics()
      .then((pages) => {
        const pids = this.#pids();
        for (const [label, page] of pages) this.#work.look(label, pids.get(label), page);
        this.#pending = pendingIn(pages.values());
      })
      .finally(() => {
        this.#pages = undefined;
      });
  }

  #pids(): ReadonlyMap<string, number> {
    return new Map(this.#target.processes.map(({ label, pid }) => [label, pid]));
  }
}
