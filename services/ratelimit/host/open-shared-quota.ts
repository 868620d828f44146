import { SHARED_QUOTA_LEASES } from "../../model/metrics/ratelimit.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Credentials } from "../../platform/grpc/credentials/credentials.ts";
import type { Logger } from "../../platform/telemetry/logger.ts";
import type { Metrics } from "../../platform/telemetry/metrics.ts";
import type { LimitPath } from "../domain/limits/path.ts";
import { connectRateLimit } from "./connect.ts";
import { holderOf, type ListeningProcess } from "./holder-name.ts";
import { leasedQuota, type SharedQuota } from "./leased-quota.ts";
import { LimitHolder } from "./limit-holder.ts";
import { remoteLeaseSource } from "./remote-lease-source.ts";

export interface SharedQuotaOptions {
  /** Of the rate limit service; none: undefined is given. */
  readonly addresses: readonly string[];
  /** This process. */
  readonly self: ListeningProcess;
  /** The node whose children are the keys: "posts". */
  readonly root: LimitPath;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly credentials: Credentials;
}

/** A quota shared through the rate limit service, closed with `parts`; undefined when none is configured. */
export function openSharedQuota(
  parts: AsyncDisposableStack,
  { addresses, self, root, clock, log, metrics, credentials }: SharedQuotaOptions,
): SharedQuota<bigint> | undefined {
  if (addresses.length === 0) return undefined;
  const channel = parts.use(connectRateLimit(addresses, { log, metrics, credentials }));
  const source = remoteLeaseSource(channel);
  const limits = parts.use(new LimitHolder({ source, holder: holderOf(self), clock, log }));
  metrics.gauge(SHARED_QUOTA_LEASES, () => limits.held);
  return leasedQuota(limits, root);
}
