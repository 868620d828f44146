import type { Clock } from "../../clock/clock.ts";
import { DomainError, isNotBegun, NO_OWNER, NOT_OWNER } from "../errors/errors.ts";
import type { ShardRouter } from "./router.ts";

/**
 * A shard that changes hands in order is nobody's for less than a second, and for about two when its owner could not
 * tell the others. Who asks waits for its next owner so long, and would only have asked again.
 */
export const MOVING_MS = 2_500;
/** Between two calls to an owner that has not loaded the shard yet: it refuses at once, and is done within a few. */
const LOADING_MS = 50;
const OWNERLESS: readonly (string | undefined)[] = [NOT_OWNER, NO_OWNER];

export interface WhileMovingOptions {
  readonly clock: Clock;
  /** Whether to ask again, too, when the owner was called and may have begun: of what may be done twice. */
  readonly mayRepeat: boolean;
}

/**
 * Asks, and again when the shard has moved to another owner, of whom nobody knew at first. Until it has moved nobody
 * is asked; then as often as the owner says that it is none yet.
 */
export async function whileMoving<T>(
  router: Pick<ShardRouter<unknown>, "ownerOf" | "movedFrom">,
  shard: number,
  { clock, mayRepeat }: WhileMovingOptions,
  ask: () => Promise<T>,
): Promise<T> {
  const known = router.ownerOf(shard);
  const untilMs = clock.monotonicMs() + MOVING_MS;
  for (let hasMoved = false; ; ) {
    try {
      return await ask();
    } catch (error) {
      const isOwnerless = error instanceof DomainError && OWNERLESS.includes(error.reason);
      const leftMs = untilMs - clock.monotonicMs();
      if (leftMs <= 0 || !isAway(error) || !(isOwnerless || (mayRepeat && !hasMoved))) throw error;
      if (hasMoved) await clock.delay(LOADING_MS);
      else hasMoved = await router.movedFrom(known ?? router.ownerOf(shard), shard, leftMs);
      if (!hasMoved) throw error;
    }
  }
}

/** Who refuses because there is too much to do is there, and says nothing of the shard. */
function isAway(error: unknown): error is DomainError {
  return error instanceof DomainError && error.code === "UNAVAILABLE" && !isNotBegun(error);
}
