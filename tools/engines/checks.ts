/** Does an engine really answer? Through the same drivers that the services use. */
import cassandra from "cassandra-driver";
import { Connection } from "rabbitmq-client";
import { cqlAccess, FIRST_ROLE, type SecurePlace } from "./secure/secure-place.ts";

const DEFAULT_CHECK_MS = 5_000;

export interface CqlAnswer {
  readonly version: string;
  readonly dataCenter: string;
}

/** Logs in and opens the virtual host. Throws the broker's reason. */
export async function checkAmqp(
  url: string,
  secure?: Pick<SecurePlace, "user" | "password" | "authority">,
  withinMs = DEFAULT_CHECK_MS,
): Promise<void> {
  const place = new URL(url);
  if (secure) Object.assign(place, { username: secure.user, password: secure.password });
  const connection = new Connection({
    url: place.href,
    ...(secure && { tls: { ca: secure.authority } }),
    connectionTimeout: withinMs,
    retryLow: withinMs,
  });
  try {
    await new Promise<void>((resolve, reject) => {
      connection.once("connection", resolve);
      connection.once("error", reject);
    });
  } finally {
    connection.on("error", () => {}); // whatever comes while it closes is of no interest
    await connection.close();
  }
}

/** Logs in to the first contact point that answers, and reads one row. */
export async function checkCql(
  contactPoints: readonly string[],
  secure?: SecurePlace,
  withinMs = DEFAULT_CHECK_MS,
): Promise<CqlAnswer> {
  const client = new cassandra.Client({
    contactPoints: [...contactPoints],
    ...(secure && cqlAccess(secure, FIRST_ROLE)),
    // Any data centre will do: its name is what is asked for.
    policies: { loadBalancing: new cassandra.policies.loadBalancing.RoundRobinPolicy() },
    socketOptions: { connectTimeout: withinMs, readTimeout: withinMs },
    pooling: { heartBeatInterval: 0 },
  });
  try {
    const result = await client.execute("SELECT release_version, data_center FROM system.local");
    const row = result.first();
    return { version: row.get("release_version"), dataCenter: row.get("data_center") };
  } catch (error) {
    throw new Error(reasonOf(error));
  } finally {
    await client.shutdown();
  }
}

/** The driver hides the reason in a table of hosts; one of them says enough. */
function reasonOf(error: unknown): string {
  if (error instanceof cassandra.errors.NoHostAvailableError) {
    const [inner] = Object.values(error.innerErrors ?? {});
    if (inner instanceof Error) return inner.message;
  }
  return error instanceof Error ? error.message : String(error);
}
