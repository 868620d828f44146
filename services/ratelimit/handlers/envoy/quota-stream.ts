import type {
  RateLimitQuotaResponse,
  RateLimitQuotaUsageReports,
  RateLimitQuotaUsageReports_BucketQuotaUsage as Usage,
} from "#envoy/service/rate_limit_quota/v3/rlqs.ts";
import { invalidArgument } from "../../../platform/grpc/errors/errors.ts";
import { type Amounts, MAX_RATE, NOTHING, OPS_RATE_SECONDS } from "../../domain/amounts.ts";
import type { Ask } from "../../domain/leases/lease.ts";
import { type LimitPath, pathProblem } from "../../domain/limits/path.ts";
import type { Grant } from "../../domain/local/lease-holder.ts";
import { bucketPath } from "../../wire/envoy-path.ts";
import {
  abandoned,
  assignmentOf,
  type BucketAction,
  type BucketId,
  freeAssignment,
} from "./assignments.ts";

type Reported = Omit<Usage, "bucketId">;

interface Bucket {
  readonly id: BucketId;
  wants: Amounts;
  /** What was granted last, and before: a report on its way may still be of that. */
  granted: Amounts;
  before: Amounts;
  grantedMs: number;
  reportedMs: number;
}

export interface QuotaTimes {
  readonly lengthMs: number;
  readonly refreshMs: number;
}

/** Leases for the nodes of one data plane. */
export type LeaseFor = (asks: readonly Ask[]) => Promise<readonly Grant[]>;

const MAX_BUCKETS = 1_000;
/** A bucket that nobody reported for so many leases is abandoned. */
const SILENT_LEASES = 3;

/** The buckets of one stream: reports come in, assignments go out. The time comes with each call. */
export class QuotaStream {
  readonly #buckets = new Map<LimitPath, Bucket>();
  readonly #lease: LeaseFor;
  readonly #times: QuotaTimes;
  #domain = "";

  constructor(lease: LeaseFor, times: QuotaTimes) {
    this.#lease = lease;
    this.#times = times;
  }

  /** Takes reports, and answers with assignments for their buckets. */
  async report(
    { domain, bucketQuotaUsages }: RateLimitQuotaUsageReports,
    nowMs: number,
  ): Promise<RateLimitQuotaResponse | undefined> {
    this.#domain ||= domain;
    if (this.#domain === "")
      throw invalidArgument("domain", "is empty", "send it in the first report");
    const paths: LimitPath[] = [];
    const refused: BucketAction[] = [];
    for (const { bucketId, ...usage } of bucketQuotaUsages) {
      // A bucket without a name can't be answered.
      if (!bucketId || Object.keys(bucketId.bucket).length === 0) continue;
      const path = this.#take(bucketId, usage, nowMs);
      if (path === undefined) refused.push(abandoned(bucketId));
      else paths.push(path);
    }
    return withMore(await this.#assign(paths, nowMs), refused);
  }

  /** Assigns these anew, before their time: the coordinator has other rates for them. */
  recall(paths: readonly LimitPath[], nowMs: number): Promise<RateLimitQuotaResponse | undefined> {
    return this.#assign(paths, nowMs);
  }

  /** Renews what is older than a refresh, and abandons what nobody reports. */
  async renew(nowMs: number): Promise<RateLimitQuotaResponse | undefined> {
    const silentMs = SILENT_LEASES * this.#times.lengthMs;
    const silent = [...this.#buckets].filter(([, one]) => nowMs - one.reportedMs >= silentMs);
    for (const [path] of silent) this.#buckets.delete(path);
    const due = [...this.#buckets]
      .filter(([, one]) => nowMs - one.grantedMs >= this.#times.refreshMs)
      .map(([path]) => path);
    const renewed = await this.#assign(due, nowMs);
    return withMore(
      renewed,
      silent.map(([, { id }]) => abandoned(id)),
    );
  }

  /** Undefined: the bucket is no node, or one too many. One such bucket must not end the others' quotas. */
  #take(id: NonNullable<BucketId>, usage: Reported, nowMs: number): LimitPath | undefined {
    const path = bucketPath(this.#domain, id.bucket);
    if (pathProblem(path, false) !== undefined) return undefined;
    const known = this.#buckets.get(path);
    if (!known && this.#buckets.size >= MAX_BUCKETS) return undefined;
    const { timeElapsed } = usage;
    const elapsedMs = timeElapsed
      ? Number(timeElapsed.seconds) * 1_000 + timeElapsed.nanos / 1_000_000
      : 0;
    const requests = Number(usage.numRequestsAllowed + usage.numRequestsDenied);
    const anHour = elapsedMs > 0 ? Math.ceil((requests * OPS_RATE_SECONDS * 1_000) / elapsedMs) : 0;
    const wants = { ops: Math.min(anHour, MAX_RATE.ops), bytes: 0 };
    if (known) Object.assign(known, { wants, reportedMs: nowMs });
    else {
      const none = { granted: NOTHING, before: NOTHING, grantedMs: -Infinity };
      this.#buckets.set(path, { id, wants, ...none, reportedMs: nowMs });
    }
    return path;
  }

  async #assign(
    paths: readonly LimitPath[],
    nowMs: number,
  ): Promise<RateLimitQuotaResponse | undefined> {
    const buckets = paths.flatMap((path) => {
      const bucket = this.#buckets.get(path);
      return bucket ? [{ path, bucket }] : [];
    });
    if (buckets.length === 0) return undefined;
    const { lengthMs } = this.#times;
    const grants = await this.#lease(
      buckets.map(({ path, bucket }) => ({
        path,
        wants: bucket.wants,
        has: nowMs - bucket.grantedMs >= lengthMs ? NOTHING : larger(bucket),
        ageMs: undefined,
      })),
    );
    const bucketAction = buckets.flatMap(({ bucket }, i) => {
      const grant = grants[i];
      if (grant.kind === "no-limit") return [freeAssignment(bucket.id, lengthMs)];
      // Without an answer the data plane does what its filter says for buckets without assignment.
      if (grant.kind === "learning") return [];
      const { granted } = grant.lease;
      Object.assign(bucket, { before: bucket.granted, granted, grantedMs: nowMs });
      return [assignmentOf(bucket.id, grant.lease)];
    });
    return bucketAction.length === 0 ? undefined : { bucketAction };
  }
}

function withMore(
  answer: RateLimitQuotaResponse | undefined,
  more: readonly BucketAction[],
): RateLimitQuotaResponse | undefined {
  const bucketAction = [...(answer?.bucketAction ?? []), ...more];
  return bucketAction.length === 0 ? undefined : { bucketAction };
}

function larger({ granted, before }: Bucket): Amounts {
  return {
    ops: Math.max(granted.ops, before.ops),
    bytes: Math.max(granted.bytes, before.bytes),
  };
}
