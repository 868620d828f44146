import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { BookstoreServiceService } from "#gen/bookstore/v1/bookstore.ts";
import { present } from "../../services/model/invariant.ts";
import { type Channel, connect, createClient } from "../../services/platform/grpc/client/client.ts";
import {
  type Credentials,
  PLAINTEXT,
} from "../../services/platform/grpc/credentials/credentials.ts";
import type { Logger } from "../../services/platform/telemetry/logger.ts";
import { toolCredentials } from "../certs/mesh-certificates.ts";
import { findPortBase } from "../mesh/free-ports.ts";
import { type ServiceProcess, spawnService } from "../mesh/service-process.ts";
import { planMesh } from "../mesh/services.ts";
import { tlsRemedy } from "../mesh/speaks-tls.ts";
import type { Store } from "./call.ts";

const HOST = "127.0.0.1";
const ROOT = resolve(import.meta.dirname, "../..");
const STOP_BOUND_MS = 10_000;
/** Calls that one connection takes at a time. */
const CALLS_PER_CONNECTION = 100;

/** A bookstore of the rush's own, in a temporary folder, or one that runs already. */
export interface RushStore extends AsyncDisposable {
  readonly address: string;
  /** A client of it as it is reached now. */
  store(): Store;
  /** Ends the process as a power failure would, and starts it again on what it had written. */
  crash(): Promise<void>;
}

export interface RushStoreOptions {
  /** Undefined: start one. */
  readonly address: string | undefined;
  readonly callsAtOnce: number;
  readonly log: Logger;
}

export async function openRushStore(options: RushStoreOptions): Promise<RushStore> {
  const { address } = options;
  if (address === undefined) return startRushStore(options);
  // The buyers ask again until time is up, whatever is wrong.
  const remedy = await tlsRemedy([address]);
  if (remedy !== undefined) throw new Error(remedy);
  const channel = open(address, options, await toolCredentials());
  const client = createClient(BookstoreServiceService, channel);
  return {
    address,
    store: () => client,
    crash: () => Promise.reject(new Error("only a store that the rush has started is killed")),
    [Symbol.asyncDispose]: async () => channel.close(),
  };
}

async function startRushStore(options: RushStoreOptions): Promise<RushStore> {
  const folder = mkdtempSync(join(tmpdir(), "tidings-rush-"));
  const base = await findPortBase();
  const { plans } = planMesh({ base, timelines: 1, host: HOST, neighbours: ["bookstore"] });
  const plan = present(plans.find(({ name }) => name === "bookstore"));
  const address = `${HOST}:${plan.port}`;
  // For this process alone, and on loopback.
  const plain = { TIDINGS_TLS: "0", TIDINGS_DATA_DIR: folder, TIDINGS_LOG_LEVEL: "warn" };
  const env = { ...process.env, ...plain };
  const onLine = (_: unknown, line: string) => console.error(line);
  const spawnOne = () => spawnService(plan, { cwd: ROOT, env, onLine });
  let running: ServiceProcess = spawnOne();
  const channel = open(address, options);
  const client = createClient(BookstoreServiceService, channel);
  const stop = async () => {
    channel.close();
    await running.stop(STOP_BOUND_MS);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await running.ready;
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    address,
    store: () => client,
    crash: async () => {
      running.signal("SIGKILL");
      await running.exited;
      running = spawnOne();
      await running.ready;
    },
    [Symbol.asyncDispose]: stop,
  };
}

/** Nothing is tried again below the buyers: they know what a try left unknown. */
function open(
  address: string,
  { callsAtOnce, log }: RushStoreOptions,
  credentials: Credentials = PLAINTEXT,
): Channel {
  const connections = Math.ceil(callsAtOnce / CALLS_PER_CONNECTION);
  return connect(address, { log, credentials, to: "bookstore", connections, retry: "none" });
}
