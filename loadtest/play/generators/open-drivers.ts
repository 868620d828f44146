import { present } from "../../../services/model/invariant.ts";
import { composeDrivers } from "../../drivers/compose-drivers.ts";
import type { Driver, MicroClock, Target, Targets } from "../../drivers/driver.ts";
import { openGrpcDriver } from "../../drivers/grpc/grpc-driver.ts";
import { openFreshConnectionDriver } from "../../drivers/http2/fresh-driver.ts";
import { openRawDriver } from "../../drivers/http2/raw-driver.ts";
import type { DriverOptions } from "../../drivers/pooled-driver.ts";
import { openRestDriver } from "../../drivers/rest/rest-driver.ts";
import { FLOOD_PAGE, isApart, type PlannedOperation, type Via } from "../../sessions/operations.ts";
import { gatewayDials } from "../../target/gateway-https.ts";
import { channelBy, dialBy, loadCredentials } from "../../target/load-credentials.ts";
import type { GeneratorPlan } from "./generator-plan.ts";

type Open = (targets: Targets<Target>, options: DriverOptions) => Promise<Driver>;

/** Connections of a storm that are open at once; one more waits, and that shows as waiting. */
const FRESH_CONNECTIONS = 1_000;
/** HTTP/1.1 has one request in flight on each. */
const REST_CONNECTIONS = 64;
/** Who asks for very much has all the connections that it wants. */
const APART_REST_CONNECTIONS = 256;
/** Where one address asks for very much: another than ours, whose share is not ours. Linux has all of 127.0.0.0/8. */
const ANOTHER_ADDRESS = "127.0.0.2";

function poolOf({ via, name }: PlannedOperation): string {
  return isApart(name) ? `${via}, ${name}` : via;
}

/** The drivers that a run's operations go by, as one. Rejects when a target can't be reached. */
export async function openDrivers(
  operations: readonly PlannedOperation[],
  {
    driver,
    connections,
    target,
  }: Pick<GeneratorPlan, "driver" | "connections"> & {
    readonly target: Pick<GeneratorPlan["target"], "tokenEnv">;
  },
  clock: MicroClock,
): Promise<Driver> {
  const credentials = await loadCredentials(target.tokenEnv);
  const dialGateway = await gatewayDials(target.tokenEnv);
  const byClient: Open = (targets, options) =>
    openGrpcDriver(targets, { ...options, ...channelBy(credentials) });
  const ways: Readonly<Record<Via, readonly [open: Open, connections: number]>> = {
    grpc: [driver === "raw" ? openRawDriver : byClient, connections],
    rest: [openRestDriver, REST_CONNECTIONS],
    "fresh connection": [openFreshConnectionDriver, FRESH_CONNECTIONS],
  };
  const used = Map.groupBy(operations, poolOf);
  const opened = new Map<string, Driver>();
  try {
    for (const [pool, [{ via, name }]] of used) {
      const [open, usual] = ways[via];
      const count = via === "rest" && isApart(name) ? APART_REST_CONNECTIONS : usual;
      const targets = operations.map((one) => (poolOf(one) === pool ? one.target : undefined));
      // Apps show tokens to the gateway, and no certificate.
      const from = name === FLOOD_PAGE ? ANOTHER_ADDRESS : undefined;
      const dial = via === "rest" ? dialGateway(from) : dialBy(credentials);
      opened.set(pool, await open(targets, { connections: count, clock, dial }));
    }
  } catch (error) {
    for (const one of opened.values()) one.close();
    throw error;
  }
  const [only] = opened.values();
  if (opened.size === 1) return only;
  return composeDrivers([...opened.values()], (operation) =>
    present(opened.get(poolOf(operations[operation]))),
  );
}
