import type { RateLimitServiceService } from "#gen/ratelimit/v1/ratelimit.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import type { LeaseTimes } from "../domain/leases/lease.ts";
import type { LeaseNotices } from "../domain/leases/lease-notices.ts";
import type { LimitPath } from "../domain/limits/path.ts";
import type { Seated } from "../domain/seated.ts";
import { holderName } from "./arguments.ts";

export interface WatchDeps {
  readonly seated: Seated;
  readonly notices: LeaseNotices;
  readonly times: Pick<LeaseTimes, "lengthMs" | "refreshMs">;
  readonly clock: Clock;
  /** Ends all streams, when the process closes. */
  readonly closing: AbortSignal;
}

/** Tells a holder which of its leases to renew now. What gathers while it is slow goes together. */
export function watchLeases({
  seated,
  notices,
  times,
  clock,
  closing,
}: WatchDeps): Handler<(typeof RateLimitServiceService)["watchLeases"]> {
  return async function* ({ holder }, call) {
    const name = holderName(holder);
    seated.check();
    const stop = new AbortController();
    const signal = AbortSignal.any([call.signal, closing, stop.signal]);
    const due = new Set<LimitPath>();
    let wake = Promise.withResolvers<void>();
    const unwatch = notices.watch(name, (paths) => {
      for (const path of paths) due.add(path);
      wake.resolve();
    });
    // Once another process has the seat, nothing would be heard here any more.
    const losing = (async () => {
      for (;;) {
        await clock.delay(times.lengthMs, signal);
        seated.check();
      }
    })();
    losing.catch((error) => (signal.aborted ? wake.resolve() : wake.reject(error)));
    try {
      for (;;) {
        await wake.promise;
        wake = Promise.withResolvers();
        if (signal.aborted) return;
        const paths = [...due];
        due.clear();
        yield { paths };
      }
    } finally {
      unwatch();
      stop.abort(new Error("the stream has ended"));
    }
  };
}
