/** Three nodes of each engine, so that one can be killed and nothing is lost. */
import { randomBytes } from "node:crypto";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPortBase } from "../../mesh/free-ports.ts";
import { installCassandra } from "../cassandra/installation.ts";
import { cqlContactPointOf, NODE_PROFILES, nodeProgram } from "../cassandra/program.ts";
import { installRabbitmq } from "../rabbitmq/installation.ts";
import { amqpUrlOf, brokerProgram, epmdProgram } from "../rabbitmq/programs.ts";
import { readSettings } from "../settings.ts";
import { PrivateEngine } from "./private-engine.ts";

/** Addresses of the loopback, for drivers learn peers without their ports. */
const NODE_ADDRESSES = ["127.0.0.11", "127.0.0.12", "127.0.0.13"];
/** Of one token each: thirds of the ring. */
const TOKENS = ["-9223372036854775808", "-3074457345618258603", "3074457345618258602"];
const BROKER_NAMES = ["rabbit-1", "rabbit-2", "rabbit-3"];
const PORTS_EACH = 2;

/** A cluster of three Cassandra nodes in `datacenter1`; all are seeds, and start at once. */
export async function startThreeNodes(
  parts: AsyncDisposableStack,
): Promise<readonly PrivateEngine[]> {
  const { cacheDir } = readSettings(process.env);
  const installation = await installCassandra(cacheDir, () => {});
  const port = await findPortBase();
  const seeds = NODE_ADDRESSES.map((address) => `${address}:${port + 1}`);
  const engines = await Promise.all(
    NODE_ADDRESSES.map(async (listenAddress, i) => {
      const folder = await mkdtemp(join(tmpdir(), "tidings-node-"));
      const place = {
        ...{ ...installation, folder, listenAddress, seeds },
        ...{ cqlPort: port, storagePort: port + 1, initialToken: TOKENS[i] },
        profile: NODE_PROFILES.crashable,
      };
      return new PrivateEngine(cqlContactPointOf(place), [nodeProgram(place)], folder);
    }),
  );
  return startAll(engines, parts);
}

/** A cluster of three brokers; queues that are declared from now on have three members. */
export async function startThreeBrokers(
  parts: AsyncDisposableStack,
): Promise<readonly PrivateEngine[]> {
  const installation = await installRabbitmq(() => {});
  const port = await findPortBase();
  const cookie = randomBytes(24).toString("base64url");
  const newFolder = () => mkdtemp(join(tmpdir(), "tidings-broker-"));
  const engines = await Promise.all(
    BROKER_NAMES.map(async (name, i) => {
      const folder = await newFolder();
      const place = {
        ...{ folder, installation, epmdPort: port },
        amqpPort: port + 1 + PORTS_EACH * i,
        distributionPort: port + 2 + PORTS_EACH * i,
        member: { name, names: BROKER_NAMES, cookie },
      };
      return new PrivateEngine(amqpUrlOf(place), [brokerProgram(place)], folder);
    }),
  );
  const folder = await newFolder();
  const ofAll = { folder, installation, epmdPort: port, amqpPort: 0, distributionPort: 0 };
  // Before any broker: one that misses it would start its own.
  await startAll([new PrivateEngine("", [epmdProgram(ofAll)], folder)], parts);
  return startAll(engines, parts);
}

async function startAll(
  engines: readonly PrivateEngine[],
  parts: AsyncDisposableStack,
): Promise<readonly PrivateEngine[]> {
  for (const engine of engines) parts.use(engine);
  await Promise.all(engines.map((engine) => engine.start()));
  return engines;
}
