import { randomUUID } from "node:crypto";
import type {
  RateLimitQuotaResponse,
  RateLimitQuotaServiceService,
} from "#envoy/service/rate_limit_quota/v3/rlqs.ts";
import { PushStream } from "../../../platform/concurrency/push-stream.ts";
import type { Handler } from "../../../platform/grpc/call.ts";
import type { LimitPath } from "../../domain/limits/path.ts";
import type { WatchDeps } from "../watch-leases.ts";
import { QuotaStream } from "./quota-stream.ts";

export type RlqsDeps = WatchDeps;

/**
 * Envoy's quota service: a stream is a holder of leases, its buckets are nodes, its assignments leases. A
 * stream that ends leaves its leases to end by themselves: the data plane may be using them. One that does
 * not take its assignments is not read either, and gets no more until it has taken them.
 */
export function streamRateLimitQuotas({
  seated,
  notices,
  times,
  clock,
  closing,
}: RlqsDeps): Handler<(typeof RateLimitQuotaServiceService)["streamRateLimitQuotas"]> {
  return async function* (reports, call) {
    seated.check();
    const holder = `envoy:${randomUUID()}`;
    const buckets = new QuotaStream(
      (asks) => seated.use((now) => now.lease(holder, asks, { keepsSafe: false })),
      times,
    );
    const answers = new PushStream<RateLimitQuotaResponse>();
    const stop = new AbortController();
    const signal = AbortSignal.any([call.signal, closing, stop.signal]);
    const send = (answer: RateLimitQuotaResponse | undefined) => answer && answers.push(answer);
    const reading = (async () => {
      for await (const report of reports) {
        send(await buckets.report(report, clock.monotonicMs()));
        await answers.drained();
      }
    })();
    const renewing = (async () => {
      for (;;) {
        await clock.delay(times.refreshMs, signal);
        if (answers.isDrained) send(await buckets.renew(clock.monotonicMs()));
      }
    })();
    const recalled = (paths: readonly LimitPath[]) => {
      if (!answers.isDrained) return;
      buckets.recall(paths, clock.monotonicMs()).then(send, (error) => answers.end(error));
    };
    const unwatch = notices.watch(holder, recalled);
    reading.then(
      () => answers.end(),
      (error) => answers.end(error),
    );
    renewing.catch((error) => (signal.aborted ? answers.end() : answers.end(error)));
    try {
      yield* answers;
    } finally {
      unwatch();
      stop.abort(new Error("the stream has ended"));
    }
  };
}
