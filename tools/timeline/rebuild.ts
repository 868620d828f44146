import Bottleneck from "bottleneck";
import { DomainError, NOT_OWNER } from "../../services/platform/grpc/errors/errors.ts";
import type { TimelineClient } from "./owners.ts";

/** Where a rebuild of many has come to. */
export interface Progress {
  rebuilt: number;
  /** A source did not answer: they are as they were. */
  degraded: number;
  /** Their shard went elsewhere meanwhile. */
  moved: number;
  /** Where to go on at this owner; 0n: it is done. */
  place: bigint;
}

export interface RebuildOptions {
  /** Only viewers of this shard. */
  readonly shard?: number | undefined;
  /** Where to begin: 0n, or the place of an earlier progress. */
  readonly from: bigint;
  /** Viewers a second, at most. */
  readonly rate: number;
  /** Told after each stretch. */
  readonly onProgress?: (progress: Progress) => void;
}

const RUNNING = 4;
const TIMEOUT_MS = 30_000;

/** Rebuilds the active viewers of one owner, paced; it serves meanwhile. Gives what became of them. */
export async function rebuildOwned(
  client: TimelineClient,
  { shard, from, rate, onProgress }: RebuildOptions,
): Promise<Progress> {
  const pace = new Bottleneck({ maxConcurrent: RUNNING, minTime: 1_000 / rate });
  const progress: Progress = { rebuilt: 0, degraded: 0, moved: 0, place: from };
  do {
    const { viewerIds, nextPlace } = await client.listActiveViewers({
      place: progress.place,
      shard,
    });
    await Promise.all(
      viewerIds.map((viewer) => pace.schedule(() => rebuildOne(client, viewer, progress))),
    );
    progress.place = nextPlace;
    onProgress?.(progress);
  } while (progress.place !== 0n);
  return progress;
}

async function rebuildOne(
  client: TimelineClient,
  viewerId: bigint,
  progress: Progress,
): Promise<void> {
  try {
    const { degraded } = await client.rebuildTimeline({ viewerId }, { timeoutMs: TIMEOUT_MS });
    if (degraded.length > 0) progress.degraded++;
    else progress.rebuilt++;
  } catch (error) {
    if (!(error instanceof DomainError) || error.reason !== NOT_OWNER) throw error;
    progress.moved++;
  }
}
