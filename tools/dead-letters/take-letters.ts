import {
  type BusMessage,
  type EventBus,
  type Outcome,
  REQUEUE,
} from "../../services/platform/messaging/bus.ts";
import { type Letter, readLetter } from "./letter.ts";

export interface TakeOptions {
  /** Letters at most. */
  readonly limit: number;
  /** How long to wait for letters that are counted but do not come, ms: another may have them. */
  readonly patienceMs: number;
}

/** `bad`: what is on the queue and no letter; it stays there. */
export interface Taken {
  readonly letters: number;
  readonly bad: number;
}

/**
 * Takes the letters that are there now, each once, and does `decide` to them. A queue shows nothing
 * without handing it out, so what stays goes back when all have been seen.
 */
export async function takeLetters(
  bus: Pick<EventBus, "consume" | "depths">,
  { limit, patienceMs }: TakeOptions,
  decide: (letter: Letter) => Promise<Outcome>,
): Promise<Taken> {
  const depths = await bus.depths();
  const ready = depths.find(({ queue }) => queue === "dead-letters")?.ready ?? 0;
  const count = Math.min(ready, limit);
  if (count === 0) return { letters: 0, bad: 0 };
  const seen = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const taken = { letters: 0, bad: 0 };
  let begun = 0;
  let done = 0;
  const consumer = bus.consume("dead-letters", { prefetch: count }, async (message) => {
    if (begun === count) return end.promise.then(() => REQUEUE);
    begun++;
    const outcome = await outcomeOf(message, taken, decide);
    if (++done === count) seen.resolve();
    if (outcome.kind === "requeue") await end.promise;
    return outcome;
  });
  const timer = setTimeout(seen.resolve, patienceMs);
  await seen.promise;
  clearTimeout(timer);
  // Closing first: else what goes back would come again at once.
  const closed = consumer.close();
  end.resolve();
  await closed;
  return taken;
}

async function outcomeOf(
  message: BusMessage,
  taken: { letters: number; bad: number },
  decide: (letter: Letter) => Promise<Outcome>,
): Promise<Outcome> {
  let letter: Letter;
  try {
    letter = readLetter(message.payload);
  } catch {
    taken.bad++;
    return REQUEUE;
  }
  taken.letters++;
  return decide(letter);
}
