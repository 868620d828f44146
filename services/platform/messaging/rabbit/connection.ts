import { Connection } from "rabbitmq-client";
import { systemClock } from "../../clock/system-clock.ts";
import { settleWithin } from "../../concurrency/settle-within.ts";
import { unavailable } from "../../grpc/errors/errors.ts";
import { processName } from "../../lifecycle/process-name.ts";
import type { Logger } from "../../telemetry/logger.ts";

/** For the first connection, and later for a channel while the connection is lost, ms. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Reconnecting begins soon: a worker's lag is at stake. Steps of this, up to the highest, ms. */
const RECONNECT_STEP_MS = 100;
const RECONNECT_MAX_MS = 5_000;
/** The client ends a connection on which nothing came for two and a half of these, s: a far end vanished without a word. */
const HEARTBEAT_S = 10;
/** A broker that is gone, or short of memory and not reading, never answers that we close, ms. */
const CLOSE_TIMEOUT_MS = 2_000;

export interface BrokerAddress {
  /** amqp://user:password@host:port/vhost */
  readonly url: string;
  /** With amqps: PEM certificates of who may have signed the broker's. */
  readonly authorities?: string;
  /** Whose connection it is, for people who look at the broker: "post". */
  readonly service: string;
  /** For the first connection, ms; 10 s by default. */
  readonly connectTimeoutMs?: number;
}

/** A connection that mends itself. Throws UNAVAILABLE, with the reason, when there is none in time. */
export async function openConnection(
  { url, authorities, service, connectTimeoutMs = CONNECT_TIMEOUT_MS }: BrokerAddress,
  purpose: "publish" | "consume",
  log: Logger,
): Promise<Connection> {
  const connection = new Connection({
    url,
    ...(authorities && { tls: { ca: authorities } }),
    connectionName: `${processName(service)} ${purpose}`,
    acquireTimeout: CONNECT_TIMEOUT_MS,
    retryLow: RECONNECT_STEP_MS,
    retryHigh: RECONNECT_MAX_MS,
    noDelay: true,
    heartbeat: HEARTBEAT_S,
  });
  connection.on("error", (error) => log.warn({ err: error, purpose }, "no connection to RabbitMQ"));
  const refused = Promise.withResolvers<never>();
  const onError = (error: unknown) => {
    if (isRefusal(error)) refused.reject(error);
  };
  connection.on("error", onError);
  try {
    // Left to itself the client closes a connection that comes to nothing, and never says so.
    await Promise.race([connection.onConnect(connectTimeoutMs, true), refused.promise]);
    return connection;
  } catch (error) {
    await closeConnection(connection);
    throw unavailable(whyNot(url, error), { cause: error });
  } finally {
    connection.off("error", onError);
  }
}

/** Closes it within a bound, whatever the broker does. */
export async function closeConnection(connection: Connection): Promise<void> {
  await withinBound(connection.close());
  connection.unsafeDestroy();
}

/** Waits for what only the broker can answer, but not for ever. */
export async function withinBound(
  closing: Promise<unknown>,
  boundMs: number = CLOSE_TIMEOUT_MS,
): Promise<void> {
  await settleWithin(closing, boundMs, systemClock);
}

/** No later try will be answered otherwise. */
function isRefusal(error: unknown): boolean {
  const code = (error as { readonly code?: unknown }).code;
  return code === "ACCESS_REFUSED" || code === "NOT_ALLOWED";
}

function whyNot(url: string, error: unknown): string {
  const { host, username, pathname } = new URL(url);
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const remedy = isRefusal(cause)
    ? `user ${decodeURIComponent(username)}, virtual host ${pathname || "/"}: check TIDINGS_AMQP_URL`
    : "does it run, and is TIDINGS_AMQP_URL right?";
  return `RabbitMQ at ${host} does not let us in: ${cause}; ${remedy}`;
}
