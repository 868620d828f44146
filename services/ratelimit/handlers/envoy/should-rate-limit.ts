import type { RateLimitDescriptor } from "#envoy/extensions/common/ratelimit/v3/ratelimit.ts";
import {
  RateLimitResponse_Code as Code,
  type RateLimitResponse,
  type RateLimitResponse_DescriptorStatus,
  type RateLimitServiceService,
} from "#envoy/service/ratelimit/v3/rls.ts";
import type { Handler } from "../../../platform/grpc/call.ts";
import { invalidArgument } from "../../../platform/grpc/errors/errors.ts";
import { type Amounts, OPS_RATE_SECONDS } from "../../domain/amounts.ts";
import type { LimitPath } from "../../domain/limits/path.ts";
import type { Overrides } from "../../domain/overrides.ts";
import type { LimitChecks } from "../../host/limit-checks.ts";
import { descriptorPath } from "../../wire/envoy-path.ts";
import { count } from "../arguments.ts";
import {
  checkDescriptor,
  currentLimitOf,
  durationOf,
  hitsOf,
  overrideOf,
} from "./descriptor-limits.ts";

/** What was decided about one descriptor. */
interface Decision {
  readonly status: RateLimitResponse_DescriptorStatus;
  readonly refusedBy: LimitPath | undefined;
  /** Until the limit is as before the request, or allows one; ms. */
  readonly resetMs: number;
}

export interface RlsDeps {
  readonly checks: LimitChecks;
  readonly overrides: Overrides;
  readonly nowUs: () => number;
}

const MAX_DESCRIPTORS = 32;
const FREE: Decision = {
  status: {
    code: Code.OK,
    currentLimit: undefined,
    limitRemaining: 0,
    durationUntilReset: undefined,
  },
  refusedBy: undefined,
  resetMs: 0,
};

/** Envoy's rate limit service v3: every descriptor is a node of the tree, and all must allow. */
export function shouldRateLimit(
  deps: RlsDeps,
): Handler<(typeof RateLimitServiceService)["shouldRateLimit"]> {
  return async ({ domain, descriptors, hitsAddend }): Promise<RateLimitResponse> => {
    if (domain === "") throw invalidArgument("domain", "is empty", "name the root of the limits");
    count("descriptors", descriptors.length, 1, MAX_DESCRIPTORS);
    descriptors.forEach((one, i) => {
      checkDescriptor(one, `descriptors[${i}]`);
    });
    const decisions: Decision[] = [];
    for (const one of descriptors) {
      const hits = hitsOf(one, hitsAddend);
      const path = descriptorPath(domain, one.entries);
      decisions.push(
        one.limit ? overridden(deps, path, one, hits) : await decided(deps, path, hits),
      );
    }
    const refusedBy = decisions.find((one) => one.refusedBy !== undefined)?.refusedBy;
    return {
      overallCode: refusedBy === undefined ? Code.OK : Code.OVER_LIMIT,
      statuses: decisions.map(({ status }) => status),
      responseHeadersToAdd: headersOf(decisions),
      requestHeadersToAdd: [],
      rawBody: Buffer.alloc(0),
      dynamicMetadata: refusedBy === undefined ? undefined : { refused_by: refusedBy },
    };
  };
}

async function decided({ checks }: RlsDeps, path: LimitPath, hits: number): Promise<Decision> {
  const taken = await checks.take(path, hits, 0);
  if (taken.kind === "unlimited") return FREE;
  const limits = checks.limitsOf(path);
  const remaining = checks.available(path);
  if (!limits || !remaining || limits.ceiling.ops === Infinity) return FREE;
  const { ceiling, burst } = limits;
  return decisionOf(path, {
    opsAnHour: ceiling.ops,
    burst: burst.ops,
    remaining: remaining.ops,
    waitMs: taken.kind === "refused" ? taken.retryAfterMs : 0,
    refusedBy: taken.kind === "refused" ? taken.refusedBy : undefined,
  });
}

function overridden(
  { overrides, nowUs }: RlsDeps,
  path: LimitPath,
  { limit }: RateLimitDescriptor,
  hits: number,
): Decision {
  if (!limit) return FREE;
  const { opsAnHour, burst, ...rate } = overrideOf(limit, "descriptors");
  const { waitUs, remaining } = overrides.take(path, { ...rate, burst }, hits, nowUs());
  const refusedBy = waitUs === 0 ? undefined : path;
  return decisionOf(path, { opsAnHour, burst, remaining, waitMs: waitUs / 1_000, refusedBy });
}

function decisionOf(
  path: LimitPath,
  now: {
    readonly opsAnHour: number;
    readonly burst: Amounts["ops"];
    readonly remaining: number;
    readonly waitMs: number;
    readonly refusedBy: LimitPath | undefined;
  },
): Decision {
  const { opsAnHour, burst, remaining, waitMs, refusedBy } = now;
  const fullMs =
    ((burst - remaining) * OPS_RATE_SECONDS * 1_000) / Math.max(Number.MIN_VALUE, opsAnHour);
  const resetMs = Math.min(refusedBy === undefined ? Math.max(0, fullMs) : waitMs, MAX_RESET_MS);
  return {
    status: {
      code: refusedBy === undefined ? Code.OK : Code.OVER_LIMIT,
      currentLimit: currentLimitOf(path, opsAnHour),
      limitRemaining: Math.max(0, remaining),
      durationUntilReset: durationOf(resetMs),
    },
    refusedBy,
    resetMs,
  };
}

const MAX_RESET_MS = 365 * 86_400_000;

/** As draft-ietf-httpapi-ratelimit-headers names them, of the descriptor that has the least left. */
function headersOf(decisions: readonly Decision[]) {
  const limited = decisions.filter(({ status }) => status.currentLimit !== undefined);
  if (limited.length === 0) return [];
  const refused = limited.filter(({ refusedBy }) => refusedBy !== undefined);
  const [tightest] = (refused.length > 0 ? refused : limited).toSorted(
    (a, b) => a.status.limitRemaining - b.status.limitRemaining,
  );
  const { currentLimit, limitRemaining } = tightest.status;
  const seconds = String(Math.ceil(tightest.resetMs / 1_000));
  return [
    { key: "ratelimit-limit", value: String(currentLimit?.requestsPerUnit ?? 0) },
    { key: "ratelimit-remaining", value: String(limitRemaining) },
    { key: "ratelimit-reset", value: seconds },
    ...(refused.length > 0 ? [{ key: "retry-after", value: seconds }] : []),
  ];
}
