import { createHash } from "node:crypto";
import type { EventBus } from "../../services/platform/messaging/bus.ts";
import { REQUEUE } from "../../services/platform/messaging/bus.ts";
import { replaying } from "../../tools/dead-letters/actions.ts";
import { type Letter, letterJson } from "../../tools/dead-letters/letter.ts";
import { takeLetters } from "../../tools/dead-letters/take-letters.ts";

/** A letter as it is shown. The same letter has the same name, as long as it lies there. */
export interface ShownLetter extends ReturnType<typeof letterJson> {
  readonly letter_id: string;
}

const LIMITS = { limit: 1_000, patienceMs: 2_000 };
const ID_LENGTH = 24;

/** The dead letters, which a queue shows only by handing them out: one who looks at a time. */
export class DeadLetters {
  readonly #bus: Pick<EventBus, "consume" | "depths" | "publish">;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(bus: Pick<EventBus, "consume" | "depths" | "publish">) {
    this.#bus = bus;
  }

  /** Those that are there now and wanted, at most 1,000. They stay. */
  list(isWanted: (letter: Letter) => boolean = () => true): Promise<readonly ShownLetter[]> {
    return this.#inTurn(async () => {
      const found: ShownLetter[] = [];
      await takeLetters(this.#bus, LIMITS, async (letter) => {
        if (isWanted(letter)) found.push({ letter_id: idOf(letter), ...letterJson(letter) });
        return REQUEUE;
      });
      return found;
    });
  }

  /** Sends this one through its queue again. False: it is not there any more. */
  replay(letterId: string): Promise<boolean> {
    return this.#inTurn(async () => {
      const replay = replaying(this.#bus);
      let replayed = false;
      await takeLetters(this.#bus, LIMITS, async (letter) => {
        if (replayed || idOf(letter) !== letterId) return REQUEUE;
        const outcome = await replay(letter);
        replayed = true;
        return outcome;
      });
      return replayed;
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#tail.then(work);
    this.#tail = done.catch(() => {});
    return done;
  }
}

function idOf({ queue, payload, timeMs, reason }: Letter): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([queue, timeMs, reason]))
    .update(payload);
  return hash.digest("hex").slice(0, ID_LENGTH);
}
