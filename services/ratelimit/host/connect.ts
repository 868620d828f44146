import { type Channel, type ConnectOptions, connect } from "../../platform/grpc/client/client.ts";

/** Room for 10,000 limits. */
const MAX_LEASE_MESSAGE_BYTES = 16 * 1_024 * 1_024;

/** A channel to the coordinators: one of several has the seat. */
export function connectRateLimit(
  addresses: readonly string[],
  options: Pick<ConnectOptions, "log" | "metrics" | "credentials">,
): Channel {
  return connect(addresses, {
    ...options,
    to: "ratelimit",
    // Every request waits for what the leases say.
    priority: "page",
    maxMessageBytes: MAX_LEASE_MESSAGE_BYTES,
  });
}
