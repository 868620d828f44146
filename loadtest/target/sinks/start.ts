import { fork } from "node:child_process";
import { join } from "node:path";
import { present } from "../../../services/model/invariant.ts";
import type { FromSinks, SinksPlan } from "./main.ts";

/** The other owners of an owner slice. */
export interface Sinks extends AsyncDisposable {
  readonly pid: number;
  /** One each. */
  readonly addresses: readonly string[];
  /** Resolves with a sentence when they end and nobody asked them to. */
  readonly broken: Promise<string>;
}

/**
 * Owners that acknowledge AppendEntries at once and store nothing, all in one process: the worker cuts its
 * batches for them, and pays for the calls, as in production. Their answer counts no entry, so that what
 * the worker counts as appended is what the real owner stored. Their CPU is the generator's side. `env` is
 * that of the mesh.
 */
export async function startSinks(plan: SinksPlan, env: NodeJS.ProcessEnv): Promise<Sinks> {
  const child = fork(join(import.meta.dirname, "main.ts"), [JSON.stringify(plan)], { env });
  const ready = Promise.withResolvers<readonly string[]>();
  const gone = Promise.withResolvers<void>();
  const broken = Promise.withResolvers<string>();
  let problem = "";
  let isEnding = false;
  child.on("message", (message: FromSinks) => {
    if ("addresses" in message) ready.resolve(message.addresses);
    else problem = message.problem;
  });
  child.once("error", ready.reject);
  child.once("exit", (code, signal) => {
    gone.resolve();
    const what = `the other owners (process ${child.pid}) ended with ${signal ?? code}: ${problem}`;
    ready.reject(new Error(what));
    if (!isEnding) broken.resolve(what);
  });
  return {
    addresses: await ready.promise,
    pid: present(child.pid),
    broken: broken.promise,
    async [Symbol.asyncDispose]() {
      isEnding = true;
      if (child.connected) child.disconnect();
      await gone.promise;
    },
  };
}
