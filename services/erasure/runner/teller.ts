import { AccountState, Event } from "#gen/event/v1/event.ts";
import type { EventBus } from "../../platform/messaging/bus.ts";
import type { Logger } from "../../platform/telemetry/logger.ts";
import { type Job, type News, told } from "../domain/job.ts";
import type { Jobs } from "../domain/jobs.ts";

export interface TellerOptions {
  readonly jobs: Jobs;
  readonly bus: Pick<EventBus, "publish">;
  readonly log: Logger;
}

const STATES = {
  visible: AccountState.VISIBLE,
  hidden: AccountState.HIDDEN,
  erased: AccountState.ERASED,
} as const;

/**
 * Publishes what jobs have to tell on the topic "erasures". A job is its own outbox: the news is stored with
 * the change, and taken out when it is on the bus, so it is told at least once, whoever crashes, and a bus that
 * is away holds up no job.
 */
export class Teller {
  readonly #options: TellerOptions;
  readonly #telling = new Map<string, Promise<void>>();

  constructor(options: TellerOptions) {
    this.#options = options;
  }

  /** Begins to tell, unless it does already. */
  tell({ jobId, news }: Job): void {
    if (news === undefined || this.#telling.has(jobId)) return;
    const telling = this.#publish(jobId, news)
      .catch((error: unknown) => {
        this.#options.log.warn({ err: error }, "an erasure is not told yet; it is tried again");
      })
      .finally(() => this.#telling.delete(jobId));
    this.#telling.set(jobId, telling);
  }

  /** Resolves when all that was begun has come to an end. */
  async settle(): Promise<void> {
    await Promise.all(this.#telling.values());
  }

  async #publish(jobId: string, news: News): Promise<void> {
    const { jobs, bus } = this.#options;
    await bus.publish("erasures", [encodeNews(jobId, news)]);
    await jobs.change(jobId, (job) => job && told(job, news.messageId));
  }
}

/** The job's id, which is a hash, is the request that all log lines have. */
function encodeNews(jobId: string, { userId, state, timeMs, messageId }: News): Uint8Array {
  const value = { userId, state: STATES[state], timeMs: BigInt(timeMs) };
  const event = { $case: "erasure", value } as const;
  const id = Buffer.from(messageId, "hex");
  return Event.encode({ event, requestId: jobId, messageId: id }).finish();
}
