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
import { readSettings } from "../settings.ts";
import { PrivateEngine } from "./private-engine.ts";

const LOCALHOST = "127.0.0.1";

export interface PrivateOptions {
  /** Kept on dispose. Without it a temporary folder is used, which is not. */
  readonly folder?: string;
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
    };
    return [cqlContactPointOf(place), [nodeProgram(place)]];
  });
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
