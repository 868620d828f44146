import { DEFAULT_PRIORITY } from "../../services/platform/admission/priority.ts";
import { Throttle } from "../../services/platform/grpc/client/throttle.ts";
import type { Driver } from "./driver.ts";

const UNAVAILABLE = 14;

/**
 * A driver whose callers hold back as the mesh's own clients do: of calls to a target that refuses many a part is
 * not sent, and ends as one that was refused.
 */
export function throttled(
  driver: Driver,
  { nowMs, random }: { readonly nowMs: () => number; readonly random: () => number },
): Driver {
  const throttle = new Throttle();
  return {
    name: `${driver.name}, throttled`,
    capacity: driver.capacity,
    send(call, done) {
      if (!throttle.sends(DEFAULT_PRIORITY, nowMs(), random())) {
        queueMicrotask(() => done(UNAVAILABLE, undefined));
        return;
      }
      driver.send(call, (status, message) => {
        throttle.answered(DEFAULT_PRIORITY, status !== UNAVAILABLE);
        done(status, message);
      });
    },
    cancel: (call) => driver.cancel(call),
    sentAgain: () => driver.sentAgain?.() ?? 0,
    close: () => driver.close(),
  };
}
