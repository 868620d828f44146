import { systemClock } from "../../services/platform/clock/system-clock.ts";
import { DomainError } from "../../services/platform/grpc/errors/errors.ts";

/** What is passing, how often to ask again, and how long to wait in between. */
export interface Patience {
  readonly passing: readonly string[];
  readonly maxTries: number;
  readonly waitMs: number;
}

/** Asks as an app would while services start, die or come back: again, but not at once, and bounded. */
export async function untilAnswered<T>(
  ask: () => Promise<T>,
  { passing, maxTries, waitMs }: Patience,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      const isPassing = error instanceof DomainError && passing.includes(error.code);
      if (!isPassing || tries >= maxTries) throw error;
      await systemClock.delay(waitMs);
    }
  }
}
