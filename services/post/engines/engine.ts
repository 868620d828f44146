import type { PersonStates } from "../../model/person-states.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import type { OutboxItem } from "../../platform/messaging/outbox/outbox.ts";
import type { OutboxEngine } from "../../platform/messaging/outbox/outbox-engine.ts";
import type { IdSource } from "../../platform/storage/ids/id-source.ts";
import type { LmdbOptions } from "../../platform/storage/lmdb/open.ts";
import type { Logger } from "../../platform/telemetry/logger.ts";
import type { Metrics } from "../../platform/telemetry/metrics.ts";
import type { PostEraser, PostLog, PostLogRow, PostStore } from "../ports.ts";

/** Stores posts, hides and erases them, and logs what it publishes. */
export interface Engine extends OutboxEngine<PostStore> {
  readonly eraser: PostEraser;
  readonly states: PersonStates;
  readonly postLog: PostLog;
  readonly ids: Pick<IdSource, "watch">;
}

export interface EngineDeps {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
  /** The bus has confirmed the events of these. */
  readonly onPublished: (items: readonly OutboxItem[]) => void;
  /** Told of each row that this process writes into the post log, once it is durable. */
  readonly onLogged: (generation: bigint, row: PostLogRow) => void;
  /** For the embedded engine. */
  readonly lmdb?: LmdbOptions | undefined;
}
