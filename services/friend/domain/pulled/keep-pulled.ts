import { EVERYONE } from "../../../model/pulled/pulled-table.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import type { Logger } from "../../../platform/telemetry/logger.ts";
import type { FriendGraph } from "../../ports.ts";
import type { PulledAuthors } from "./pulled-authors.ts";

/** What TIDINGS_DELIVERY may ask for. */
export type Delivery = "push" | "adaptive" | "pull";

/** Between two looks at whether those who were popular still are. */
const LOOK_MS = 60_000;
const RETRY_MS = 1_000;

/**
 * Asks for the delivery that is configured, until that is durable, and then looks after the intervals of
 * the popular. Of processes that are configured differently the one that started last has its way.
 */
export function keepPulled(
  pulled: PulledAuthors,
  graph: Pick<FriendGraph, "counts">,
  delivery: Delivery,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): { close(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  let isAsked = false;
  const work = async () => {
    if (!isAsked) await pulled.setPulled(EVERYONE, delivery === "pull", "asked");
    isAsked = true;
    await pulled.closeFallen(graph);
    await pulled.adapt();
  };
  const loop = async () => {
    while (!signal.aborted) {
      const waitMs = await work().then(
        () => LOOK_MS,
        (err: unknown) => {
          log.warn({ err }, "the table of pulled intervals does not answer, will try again");
          return RETRY_MS;
        },
      );
      await clock.delay(waitMs, signal).catch(() => {});
    }
  };
  const ended = loop();
  return {
    close: async () => {
      stopping.abort();
      await ended;
      await pulled.settled();
    },
  };
}
