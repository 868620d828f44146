import type { Clock } from "../../platform/clock/clock.ts";
import { MOVING_MS } from "../../platform/grpc/client/while-moving.ts";
import {
  DomainError,
  NO_OWNER,
  NOT_OWNER,
  unavailable,
} from "../../platform/grpc/errors/errors.ts";
import type { Answered } from "../ports.ts";

const AGAIN_MS = 100;

/**
 * What all shards have found, each of them asked once: without the books of one an answer would look whole. While
 * shards change hands nobody answers for some, or two do, and all are asked again. UNAVAILABLE: a shard has no owner.
 */
export async function everywhere<T>(
  shardCount: number,
  clock: Clock,
  ask: () => Promise<readonly Answered<T>[]>,
): Promise<readonly T[]> {
  const untilMs = clock.monotonicMs() + MOVING_MS;
  for (;;) {
    const answers = await ask().catch(asMoving);
    const shards = answers.flatMap((answer) => answer.shards);
    if (shards.length === shardCount && new Set(shards).size === shardCount) {
      return answers.flatMap(({ found }) => found);
    }
    if (clock.monotonicMs() >= untilMs) {
      throw unavailable("some books have no owner now", { reason: NO_OWNER });
    }
    await clock.delay(AGAIN_MS);
  }
}

/** No answer at all, when a shard was between two owners. */
function asMoving(error: unknown): readonly [] {
  const { reason } = error instanceof DomainError ? error : { reason: undefined };
  if (reason === NO_OWNER || reason === NOT_OWNER) return [];
  throw error;
}
