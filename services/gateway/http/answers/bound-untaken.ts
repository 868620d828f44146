import type { Logger } from "../../../platform/telemetry/logger.ts";
import { thinned } from "../../../platform/telemetry/thinned.ts";
import type { App } from "../types.ts";
import { UntakenAnswer, UntakenAnswers } from "./untaken-answers.ts";

const LOOK_EVERY_MS = 1_000;
const LOG_EVERY_MS = 1_000;
/** Of all answers together: nine hundred of the largest pages. */
const MAX_UNTAKEN_BYTES = 128 * 1_024 * 1_024;
/** Of one that is read from a file as it is taken. */
const STREAMED_BYTES = 64 * 1_024;

/**
 * Ends connections whose callers ask and do not read. Answers of every route count, those without a token too; a live
 * stream has its own bound.
 */
export function boundUntaken(
  app: App,
  { takingMs, log }: { readonly takingMs: number; readonly log: Logger },
): void {
  const tell = thinned(LOG_EVERY_MS, (_count: number, times) => {
    log.warn({ takingMs, times }, "connections ended: their answers were not taken in time");
  });
  const untaken = new UntakenAnswers({ takingMs, maxUntakenBytes: MAX_UNTAKEN_BYTES }, tell);
  app.addHook("onSend", ({ raw: { socket } }, { raw }, payload, done) => {
    const end = () => socket.destroy();
    const answer = new UntakenAnswer(bytesOf(payload), performance.now(), end);
    untaken.add(answer);
    raw.once("close", () => untaken.delete(answer));
    done();
  });
  const timer = setInterval(() => untaken.look(performance.now()), LOOK_EVERY_MS);
  timer.unref();
  app.addHook("onClose", (_app, done) => {
    clearInterval(timer);
    done();
  });
}

function bytesOf(payload: unknown): number {
  if (payload === null || payload === undefined) return 0;
  if (typeof payload === "string" || Buffer.isBuffer(payload)) return payload.length;
  return STREAMED_BYTES;
}
