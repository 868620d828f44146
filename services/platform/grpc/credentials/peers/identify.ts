import { ServerInterceptingCall, type ServerInterceptor } from "@grpc/grpc-js";
import { COUNTERS } from "../../../../model/metrics.ts";
import type { Logger } from "../../../telemetry/logger.ts";
import type { Metrics } from "../../../telemetry/metrics.ts";
import { thinned } from "../../../telemetry/thinned.ts";
import { type DomainError, statusOf, unauthenticated } from "../../errors/errors.ts";
import { failedCall } from "../../errors/wire-errors.ts";
import type { Peers } from "./peers.ts";

/** A flood of refused calls is one line in so long, ms. */
const REFUSALS_EVERY_MS = 1_000;

/**
 * Refuses every call, of whichever kind, health and reflection too, from whoever does not say who it is
 * in a certificate.
 */
export function identify(
  peers: Peers,
  { log, metrics }: { readonly log: Logger; readonly metrics: Metrics },
): ServerInterceptor {
  const refused = metrics.counter(COUNTERS.callersRefused).series("certificate");
  const tell = thinned(REFUSALS_EVERY_MS, (problem: string, refusedCount) => {
    log.warn({ problem, refusedCount }, "calls refused: it is not known who calls");
  });
  return (_, call) => {
    const caller = peers.at(call.getPeer());
    const problem =
      caller && "value" in caller
        ? endedProblem(caller.value.endsMs)
        : (caller?.problem ?? "the connection has closed");
    if (problem === undefined) return new ServerInterceptingCall(call);
    refused.add();
    tell(problem);
    return refusing(call, unauthenticated(problem));
  };
}

function endedProblem(endsMs: number): string | undefined {
  if (Date.now() < endsMs) return undefined;
  const ended = new Date(endsMs).toISOString();
  return `the caller's certificate ended at ${ended}: connect again with a new one`;
}

type Intercepted = Parameters<ServerInterceptor>[1];

/** Answers before a handler hears of the call. */
function refusing(call: Intercepted, reason: DomainError): ServerInterceptingCall {
  const { code, details, metadata } = failedCall(statusOf(reason));
  return new ServerInterceptingCall(call, {
    start: () => call.sendStatus({ code, details, metadata }),
  });
}
