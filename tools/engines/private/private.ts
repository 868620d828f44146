/**
 * Engines for one suite alone.
 *
 *     await using broker = await startPrivateBroker();
 *     await broker.kill();
 *     await broker.start();
 */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPortBase } from "../../mesh/free-ports.ts";
import { installCassandra } from "../cassandra/installation.ts";
import {
  cqlContactPointOf,
  NODE_PROFILES,
  type NodeProfile,
  nodeProgram,
} from "../cassandra/program.ts";
import type { Program } from "../processes/programs.ts";
import { installRabbitmq } from "../rabbitmq/installation.ts";
import { amqpUrlOf, brokerProgram, epmdProgram } from "../rabbitmq/programs.ts";
import { makeRoles } from "../secure/roles.ts";
import { createSecurePlace, type SecurePlace } from "../secure/secure-place.ts";
import { readSettings } from "../settings.ts";
import { PrivateEngine } from "./private-engine.ts";

const LOCALHOST = "127.0.0.1";

export interface PrivateOptions {
  /** Kept on dispose. Without it a temporary folder is used, which is not. */
  readonly folder?: string;
  /** By TLS only, and for those who log in. */
  readonly secure?: SecurePlace;
}

export async function startPrivateBroker(options: PrivateOptions = {}): Promise<PrivateEngine> {
  const installation = await installRabbitmq(() => {});
  const firstPort = await findPortBase();
  return startIn(options, (folder) => {
    const place = {
      folder,
      installation,
      amqpPort: firstPort,
      distributionPort: firstPort + 1,
      epmdPort: firstPort + 2,
      secure: options.secure,
    };
    return [amqpUrlOf(place), [epmdProgram(place), brokerProgram(place)]];
  });
}

/** The data centre is `datacenter1`. */
export async function startPrivateNode(
  options: PrivateOptions & { readonly profile?: NodeProfile } = {},
): Promise<PrivateEngine> {
  const { cacheDir } = readSettings(process.env);
  const installation = await installCassandra(cacheDir, () => {});
  const firstPort = await findPortBase();
  return startIn(options, (folder) => {
    const place = {
      ...installation,
      folder,
      listenAddress: LOCALHOST,
      cqlPort: firstPort,
      storagePort: firstPort + 1,
      seeds: [`${LOCALHOST}:${firstPort + 1}`],
      initialToken: "0",
      profile: options.profile ?? NODE_PROFILES.fast,
      secure: options.secure,
    };
    return [cqlContactPointOf(place), [nodeProgram(place)]];
  });
}

/** Both engines, with TLS and passwords, and the variables by which services reach them. */
export async function startSecureEngines(
  folder: string,
  parts: AsyncDisposableStack,
): Promise<{ readonly env: Readonly<Record<string, string>>; readonly place: SecurePlace }> {
  const secure = await createSecurePlace(folder, Date.now());
  const broker = parts.use(await startPrivateBroker({ secure }));
  const node = parts.use(await startPrivateNode({ secure }));
  await makeRoles(node.address, secure);
  const { authority, password } = secure.files;
  const env = {
    TIDINGS_ENGINE: "cql",
    TIDINGS_AMQP_URL: broker.address,
    TIDINGS_AMQP_USER: secure.user,
    TIDINGS_AMQP_PASSWORD_FILE: password,
    TIDINGS_AMQP_CA_FILE: authority,
    TIDINGS_CQL_CONTACT_POINTS: node.address,
    TIDINGS_CQL_LOCAL_DC: "datacenter1",
    TIDINGS_CQL_USER: secure.user,
    TIDINGS_CQL_PASSWORD_FILE: password,
    TIDINGS_CQL_CA_FILE: authority,
  };
  return { env, place: secure };
}

async function startIn(
  options: PrivateOptions,
  place: (folder: string) => [address: string, programs: readonly Program[]],
): Promise<PrivateEngine> {
  const temporary = options.folder ? undefined : await mkdtemp(join(tmpdir(), "tidings-engine-"));
  const engine = new PrivateEngine(...place(options.folder ?? temporary ?? ""), temporary);
  try {
    await engine.start();
    return engine;
  } catch (error) {
    await engine[Symbol.asyncDispose]();
    throw error;
  }
}
