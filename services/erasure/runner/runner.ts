import { settleWithin } from "../../platform/concurrency/settle-within.ts";
import { newMessageId } from "../../platform/messaging/message-id.ts";
import type { Logger } from "../../platform/telemetry/logger.ts";
import { asRunner, claimed, isDue, type Job, type Stamp } from "../domain/job.ts";
import { hidden, restored } from "../domain/steps.ts";
import { type RunDeps, runJob } from "./run-job.ts";
import { sayEverywhere } from "./say-everywhere.ts";
import type { Teller } from "./teller.ts";

export interface RunnerOptions extends Omit<RunDeps, "runnerId" | "leaseMs"> {
  readonly runnerId: string;
  readonly leaseMs: number;
  readonly pollMs: number;
  readonly maxRunning: number;
  readonly teller: Teller;
  readonly log: Logger;
}

/** For what is being told when the process ends. */
const LAST_TELLING_MS = 2_000;
/** At a time; the rest is due still when the loop comes again. */
const MAX_STEPS = 64;
/** In these the job waits until all services have heard what the person is. */
const STEPS: ReadonlySet<Job["state"]> = new Set(["hiding", "restoring"]);

/** Takes every job a step further, whenever there is something to do, and after any crash. */
export class Runner {
  readonly #options: RunnerOptions;
  readonly #running = new Map<string, Promise<void>>();
  /** By job and change: whoever wants the same step waits for the one that runs. */
  readonly #steps = new Map<string, Promise<Job | undefined>>();
  readonly #stopping = new AbortController();
  #wake = Promise.withResolvers<void>();
  #loop: Promise<void> | undefined;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** There may be something to do. */
  wake(): void {
    this.#wake.resolve();
  }

  /** Hides the person of a job, or shows them again; resolves with the job as it is then. */
  step(job: Job): Promise<Job | undefined> {
    const name = stepName(job);
    const step = this.#steps.get(name) ?? this.#take(job).finally(() => this.#steps.delete(name));
    this.#steps.set(name, step);
    return step;
  }

  /** Resolves when nothing is due, nothing runs, and all is told that can be. */
  async settle(): Promise<void> {
    for (let isMore = true; isMore; ) {
      const { begun, steps } = await this.#tick();
      const taken = await Promise.all(steps);
      await Promise.all(this.#running.values());
      isMore = begun || taken.includes(true) || this.#running.size > 0;
    }
    await this.#options.teller.settle();
  }

  /** Lets go of what runs: another may take it at once. */
  async close(): Promise<void> {
    this.#stopping.abort(new Error("the service is closing"));
    this.wake();
    await this.#loop;
    const { teller, clock } = this.#options;
    await Promise.all(this.#running.values());
    await settleWithin(Promise.allSettled(this.#steps.values()), LAST_TELLING_MS, clock);
    // A bus that is away holds up no close: the jobs have what is not told.
    await settleWithin(teller.settle(), LAST_TELLING_MS, clock);
  }

  get runningCount(): number {
    return this.#running.size;
  }

  async #run(): Promise<void> {
    const { clock, pollMs, log } = this.#options;
    while (!this.#stopping.signal.aborted) {
      this.#wake = Promise.withResolvers();
      await this.#tick().catch((error: unknown) => log.warn({ err: error }, "jobs can't be read"));
      const waited = new AbortController();
      const signal = AbortSignal.any([this.#stopping.signal, waited.signal]);
      await Promise.race([this.#wake.promise, clock.delay(pollMs, signal).catch(() => {})]);
      waited.abort();
    }
  }

  /** Begins what is due. A step may take long, and holds up no other job: true when it was taken. */
  async #tick(): Promise<{ readonly begun: boolean; readonly steps: readonly Promise<boolean>[] }> {
    const { jobs, clock } = this.#options;
    let begun = false;
    const steps: Promise<boolean>[] = [];
    for (const job of await jobs.due(clock.nowMs())) {
      this.#options.teller.tell(job);
      if (this.#running.has(job.jobId)) continue;
      if (STEPS.has(job.state)) steps.push(this.#attempt(job));
      else if (await this.#begin(job)) begun = true;
    }
    return { begun, steps };
  }

  async #attempt(job: Job): Promise<boolean> {
    // Another began it, and hears how it ends.
    const begun = this.#steps.get(stepName(job));
    if (begun !== undefined) return begun.then(isTaken, isNot);
    if (this.#steps.size >= MAX_STEPS) return false;
    try {
      await this.step(job);
      return true;
    } catch (error) {
      const { jobId } = job;
      this.#options.log.warn({ err: error, jobId }, "a job could not go on; it is tried again");
      return false;
    }
  }

  async #take(job: Job): Promise<Job | undefined> {
    const { jobs } = this.#options;
    const finish = job.state === "restoring" ? restored : hidden;
    const heard = await sayEverywhere(this.#options, job);
    if (heard === undefined) return jobs.get(job.jobId);
    const done = await this.#change(job, (now) => finish(now, this.#stamp(), heard.change));
    if (done) this.#options.teller.tell(done);
    return done;
  }

  async #begin(job: Job): Promise<boolean> {
    const { clock, maxRunning, runnerId, leaseMs, log } = this.#options;
    const nowMs = clock.nowMs();
    const { signal } = this.#stopping;
    if (this.#running.size >= maxRunning || signal.aborted || !isDue(job, nowMs)) return false;
    const own = await this.#change(job, (now) => claimed(now, runnerId, { nowMs, leaseMs }));
    if (!own || !asRunner(own, runnerId)) return false;
    const run = runJob(this.#options, own, signal)
      .catch((error: unknown) => log.error({ err: error, jobId: job.jobId }, "a run failed"))
      .finally(async () => {
        await this.#letGo(job).catch(() => {});
        this.#running.delete(job.jobId);
        this.wake();
      });
    this.#running.set(job.jobId, run);
    return true;
  }

  /** A run that was ended in the middle is nobody's; one that came to its end is no run any more. */
  async #letGo(job: Job): Promise<void> {
    const { runnerId } = this.#options;
    await this.#change(job, (now) =>
      asRunner(now, runnerId) ? { ...now, runner: undefined } : undefined,
    );
  }

  #stamp(): Stamp {
    const messageId = newMessageId().toString("hex");
    return { nowMs: this.#options.clock.nowMs(), messageId };
  }

  #change({ jobId }: Job, change: (job: Job) => Job | undefined): Promise<Job | undefined> {
    return this.#options.jobs.change(jobId, (job) => job && change(job));
  }
}

function stepName({ jobId, change }: Job): string {
  return `${jobId} ${change}`;
}

const isTaken = () => true;
const isNot = () => false;
