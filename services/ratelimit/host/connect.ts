import { type Channel, connect } from "../../platform/grpc/client/client.ts";
import type { Logger } from "../../platform/telemetry/logger.ts";
import type { Metrics } from "../../platform/telemetry/metrics.ts";

/** Room for 10,000 limits. */
const MAX_LEASE_MESSAGE_BYTES = 16 * 1_024 * 1_024;

/** A channel to the coordinators: one of several has the seat. */
export function connectRateLimit(
  addresses: readonly string[],
  options: { readonly log: Logger; readonly metrics?: Metrics },
): Channel {
  return connect(addresses, { ...options, maxMessageBytes: MAX_LEASE_MESSAGE_BYTES });
}
