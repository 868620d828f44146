import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deleteQueues, dropKeyspace, QUEUES_OF_SERVICES } from "../engines/private/remove-own.ts";
import { claimPorts } from "../mesh/free-ports.ts";
import type { MeshOptions } from "../mesh/mesh.ts";
import { engineEnvironment } from "../start/engine-environment.ts";

/** Data, a keyspace, queues and ports that are nobody else's, and are removed in the end. */
export interface OwnMesh extends AsyncDisposable {
  readonly options: Pick<MeshOptions, "env" | "dataDir" | "portBase">;
  readonly isCql: boolean;
  /** Long enough for what one process's absence takes: on CQL others answer at once. */
  readonly retryAfterMs: number;
}

/**
 * An embedded service is one process: a retry waits until there is a new one. On CQL a shard that changes hands is
 * given at one look and taken at the next, a second apart: it waits for two.
 */
const RETRY_AFTER_MS = { embedded: 10_000, cql: 2_000 } as const;

/** For a mesh on the engines that TIDINGS_ENGINE names. */
export async function ownMesh(
  name: string,
  env: NodeJS.ProcessEnv,
  engines: string,
): Promise<OwnMesh> {
  const isCql = env.TIDINGS_ENGINE === "cql";
  const dataDir = mkdtempSync(join(tmpdir(), `tidings-${name}-${process.pid}-`));
  const own = `${name}_${process.pid}`;
  const mine = { TIDINGS_CQL_KEYSPACE: own, TIDINGS_AMQP_PREFIX: own };
  const known = { ...(await engineEnvironment(env, engines)), ...(isCql && mine) };
  const block = await claimPorts();
  return {
    options: { env: known, dataDir, portBase: block.base },
    isCql,
    retryAfterMs: RETRY_AFTER_MS[isCql ? "cql" : "embedded"],
    [Symbol.asyncDispose]: async () => {
      await block[Symbol.asyncDispose]();
      rmSync(dataDir, { recursive: true, force: true });
      if (isCql) await removeOwn(known as Readonly<Record<string, string>>);
    },
  };
}

async function removeOwn(env: Readonly<Record<string, string>>): Promise<void> {
  await deleteQueues(env.TIDINGS_AMQP_URL, env.TIDINGS_AMQP_PREFIX, QUEUES_OF_SERVICES);
  await dropKeyspace(env);
}
