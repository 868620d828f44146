import { type Metadata, ServerInterceptingCall, type ServerInterceptor } from "@grpc/grpc-js";
import { type Access, standingOf, accessTo as tableOfMesh } from "../../../../model/access.ts";
import { queuesFor } from "../../../../model/event-access.ts";
import { COUNTERS } from "../../../../model/metrics.ts";
import type { Logger } from "../../../telemetry/logger.ts";
import type { Metrics } from "../../../telemetry/metrics.ts";
import { thinned } from "../../../telemetry/thinned.ts";
import {
  type DomainError,
  permissionDenied,
  statusOf,
  unauthenticated,
} from "../../errors/errors.ts";
import { failedCall } from "../../errors/wire-errors.ts";
import type { ServerTls } from "../credentials.ts";
import { USER_TOKEN_KEY } from "../users/user-tokens.ts";
import { queueNamedIn } from "./queue-named-in.ts";
import { userNamedIn } from "./user-named-in.ts";

export interface AdmitDeps {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly accessTo?: typeof tableOfMesh;
}

/** Why a call is refused, as the metric says it. */
type Refused = "certificate" | "table" | "user";

/** A flood of refused calls is one line in so long, ms. */
const REFUSALS_EVERY_MS = 1_000;
/** Of the name of a queue that there may not even be. */
const SHOWN_CHARS = 64;

/**
 * The one place where calls are let in: of every kind, health and reflection too. Whoever calls must have
 * said who it is in a certificate, the table must have it for this RPC, and where it acts for a user, a token
 * of theirs must come with the call and the request must name no other. Where a request names a queue, it must be one
 * that is the caller's to name.
 */
export function admit(
  tls: ServerTls,
  { log, metrics, accessTo = tableOfMesh }: AdmitDeps,
): ServerInterceptor {
  const counter = metrics.counter(COUNTERS.callersRefused);
  const counts = {
    certificate: counter.series("certificate"),
    table: counter.series("table"),
    user: counter.series("user"),
  };
  const tell = thinned(REFUSALS_EVERY_MS, (problem: string, refusedCount) => {
    log.warn({ problem, refusedCount }, "calls refused for who calls");
  });
  const refused = (why: Refused, error: DomainError) => {
    counts[why].add();
    tell(error.message);
    return failedCall(statusOf(error));
  };
  return ({ path }, call) => {
    const refuse = (why: Refused, error: DomainError) => call.sendStatus(refused(why, error));
    const caller = callerOf(tls, call.getPeer());
    if (typeof caller !== "string") {
      return new ServerInterceptingCall(call, { start: () => refuse("certificate", caller) });
    }
    const access = accessTo(path);
    const standing = standingOf(caller, access);
    if (standing === "refused" || !access) {
      const error = permissionDenied(`${caller} may not call ${path}`);
      return new ServerInterceptingCall(call, { start: () => refuse("table", error) });
    }
    const check =
      standing === "for a user"
        ? new UserCheck({ tls, access, caller, path })
        : queueCheckOf(caller, path);
    if (!check) return new ServerInterceptingCall(call);
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, pass) => {
            const error = check.head(metadata);
            if (error) refuse(check.about, error);
            else pass(metadata);
          },
          onReceiveMessage: (message, pass) => {
            const error = check.message(message);
            if (error) refuse(check.about, error);
            else pass(message);
          },
        }),
    });
  };
}

/** What is looked at beyond who calls what; undefined: it may go on. */
interface CallCheck {
  readonly about: Refused;
  head(metadata: Metadata): DomainError | undefined;
  message(message: unknown): DomainError | undefined;
}

/** For calls that name a queue. */
function queueCheckOf(caller: string, path: string): CallCheck | undefined {
  const allowed = queuesFor(caller, path);
  if (!allowed) return undefined;
  return {
    about: "table",
    head: () => undefined,
    message: (message) => {
      const queue = queueNamedIn(message);
      if (queue === undefined || allowed.has(queue)) return undefined;
      return permissionDenied(
        `${caller} may not call ${path} for "${queue.slice(0, SHOWN_CHARS)}"`,
      );
    },
  };
}

/** The service that calls, or why it is not known. */
function callerOf({ peers }: ServerTls, peer: string): string | DomainError {
  const caller = peers.at(peer);
  if (!caller) return unauthenticated("the connection has closed");
  if ("problem" in caller) return unauthenticated(caller.problem);
  const { service, endsMs } = caller.value;
  if (Date.now() < endsMs) return service;
  const ended = new Date(endsMs).toISOString();
  return unauthenticated(
    `the caller's certificate ended at ${ended}: connect again with a new one`,
  );
}

interface UserCheckDeps {
  readonly tls: ServerTls;
  readonly access: Access;
  readonly caller: string;
  readonly path: string;
}

/** One call that is made for a user. */
class UserCheck implements CallCheck {
  readonly about = "user";
  readonly #deps: UserCheckDeps;
  #userId: bigint | undefined;
  #isFirst = true;

  constructor(deps: UserCheckDeps) {
    this.#deps = deps;
  }

  head(metadata: Metadata): DomainError | undefined {
    const { tls, caller, path } = this.#deps;
    const [token] = metadata.get(USER_TOKEN_KEY);
    const what = `${caller} may call ${path} for a user only`;
    if (typeof token !== "string") return unauthenticated(`${what}: ${USER_TOKEN_KEY} is missing`);
    const claim = tls.users.read(token);
    if ("problem" in claim) return unauthenticated(`${what}, by a token: ${claim.problem}`);
    this.#userId = claim.value.userId;
    return undefined;
  }

  /** Of a stream the first message names the user; those after it may leave the field out. */
  message(message: unknown): DomainError | undefined {
    const { access, path } = this.#deps;
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    if (access.userField === undefined) return undefined;
    const named = userNamedIn(message, access.userField, path);
    if (named === this.#userId || (!isFirst && named === 0n)) return undefined;
    return permissionDenied(`${access.userField} names another user than the token of the call`);
  }
}
