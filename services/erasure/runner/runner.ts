import { settleWithin } from "../../platform/concurrency/settle-within.ts";
import { newMessageId } from "../../platform/messaging/message-id.ts";
import type { Logger } from "../../platform/telemetry/logger.ts";
import { asRunner, claimed, hidden, isDue, type Job, restored, type Stamp } from "../domain/job.ts";
import { type RunDeps, runJob } from "./run-job.ts";
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

/** Takes every job a step further, whenever there is something to do, and after any crash. */
export class Runner {
  readonly #options: RunnerOptions;
  readonly #running = new Map<string, Promise<void>>();
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

  /** Hides the person of a job, and lets its window run. */
  async hide(job: Job): Promise<Job | undefined> {
    await this.#setState(job, "hidden");
    return this.#toTell(await this.#change(job, (now) => hidden(now, this.#stamp())));
  }

  /** Shows the person again. */
  async restore(job: Job): Promise<Job | undefined> {
    await this.#setState(job, "visible");
    return this.#toTell(await this.#change(job, (now) => restored(now, this.#stamp())));
  }

  /** Resolves when nothing is due, nothing runs, and all is told that can be. */
  async settle(): Promise<void> {
    while ((await this.#tick()) || this.#running.size > 0) {
      await Promise.all(this.#running.values());
    }
    await this.#options.teller.settle();
  }

  /** Lets go of what runs: another may take it at once. */
  async close(): Promise<void> {
    this.#stopping.abort(new Error("the service is closing"));
    this.wake();
    await this.#loop;
    await Promise.all(this.#running.values());
    // A bus that is away holds up no close: the jobs have what is not told.
    const { teller, clock } = this.#options;
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

  /** True when something was done or begun. */
  async #tick(): Promise<boolean> {
    const { jobs, clock } = this.#options;
    let acted = false;
    for (const job of await jobs.due(clock.nowMs())) {
      this.#options.teller.tell(job);
      if (this.#running.has(job.jobId)) continue;
      if (job.state === "hiding") acted = (await this.#attempt(() => this.hide(job))) || acted;
      else if (job.state === "restoring") {
        acted = (await this.#attempt(() => this.restore(job))) || acted;
      } else if (await this.#begin(job)) acted = true;
    }
    return acted;
  }

  async #attempt(step: () => Promise<unknown>): Promise<boolean> {
    try {
      await step();
      return true;
    } catch (error) {
      this.#options.log.warn({ err: error }, "a job could not go on; it is tried again");
      return false;
    }
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

  async #setState({ userId }: Job, state: "hidden" | "visible"): Promise<void> {
    if (userId === undefined) return;
    const { posts, friends, reactions } = this.#options.holdings;
    await Promise.all([posts, friends, reactions].map((each) => each.setState(userId, state)));
  }

  #toTell(job: Job | undefined): Job | undefined {
    if (job) this.#options.teller.tell(job);
    return job;
  }

  #stamp(): Stamp {
    const messageId = newMessageId().toString("hex");
    return { nowMs: this.#options.clock.nowMs(), messageId };
  }

  #change({ jobId }: Job, change: (job: Job) => Job | undefined): Promise<Job | undefined> {
    return this.#options.jobs.change(jobId, (job) => job && change(job));
  }
}
