import { createWriteStream, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { GAUGES } from "../../services/model/metrics.ts";
import { SHARD_COUNT } from "../../services/model/shards.ts";
import { findPortBase } from "../../tools/mesh/free-ports.ts";
import { type ServiceProcess, spawnService } from "../../tools/mesh/service-process.ts";
import { planMesh, type ServiceName, type ServicePlan } from "../../tools/mesh/services.ts";
import { readGauges } from "./gauges.ts";
import { until } from "./until.ts";
import type { OwnerSlice } from "./viewers.ts";

export interface ServicesOptions {
  readonly names: readonly ServiceName[];
  readonly dataDir: string;
  readonly slice: OwnerSlice;
  /** Beyond what the mesh plans. */
  readonly env: Readonly<Record<string, string>>;
}

/** Some services of a mesh on a data folder. Disposing ends them in order, and nothing else. */
export interface Services extends AsyncDisposable {
  /** host:port of each process of the service. */
  addresses(name: ServiceName): readonly string[];
  metricsUrls(name: ServiceName): readonly string[];
  /** Rejects when one of them ends unasked; never resolves. */
  readonly broken: Promise<never>;
}

const OWNERS_BOUND_MS = 60_000;
const HOST = "127.0.0.1";
const ROOT = resolve(import.meta.dirname, "../..");
/** A timeline writes all of its floors and closes its log. */
const STOP_BOUND_MS = 60_000;
/** Where nobody listens: what is owned there is not part of the slice. */
const NOBODY = `${HOST}:1`;

/** Starts them side by side; when one fails nothing is left running. */
export async function startServices(options: ServicesOptions): Promise<Services> {
  const { names, dataDir, slice } = options;
  const { plans } = planMesh({
    base: await findPortBase(),
    timelines: slice.timelines,
    host: HOST,
  });
  const chosen = plans
    .filter(({ name }) => names.includes(name))
    .map((plan) => ({ ...plan, env: { ...plan.env, ...ownersOf(plans, slice) } }));
  mkdirSync(join(dataDir, "logs"), { recursive: true });
  const logFile = join(dataDir, "logs", "prefill.jsonl");
  const logs = createWriteStream(logFile, { flags: "a" });
  const processes: ServiceProcess[] = [];
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => {}); // of interest only while something waits for the services
  let isStopping = false;
  const stop = async () => {
    isStopping = true;
    // In the order of the plan: who asks others ends first.
    for (const process of processes) await process.stop(STOP_BOUND_MS);
    await new Promise((done) => logs.end(done));
  };
  const env = { ...process.env, ...options.env, TIDINGS_DATA_DIR: resolve(dataDir) };
  for (const plan of chosen) {
    const onLine = (_: ServicePlan, line: string) => void logs.write(`${line}\n`);
    const service = spawnService(plan, { cwd: ROOT, env, onLine });
    processes.push(service);
    service.exited.then(() => {
      if (!isStopping) broken.reject(new Error(`${plan.label} ended unasked; see ${logFile}`));
    });
  }
  try {
    await Promise.all(processes.map(({ ready }) => ready));
  } catch (error) {
    await stop();
    throw error;
  }
  const of = (name: ServiceName) => chosen.filter((plan) => plan.name === name);
  return {
    addresses: (name) => of(name).map(({ port }) => `${HOST}:${port}`),
    metricsUrls: (name) =>
      of(name).map(({ metricsPort }) => `http://${HOST}:${metricsPort}/metrics`),
    broken: broken.promise,
    [Symbol.asyncDispose]: stop,
  };
}

/** On cql, shards are taken over once the lease of whoever had them before has ended. */
export async function ownersReady(services: Services): Promise<void> {
  await until(OWNERS_BOUND_MS, async () => {
    const gauges = await readGauges(services.metricsUrls("timeline"));
    const shards = gauges.get(GAUGES.timelineShards.name) ?? 0;
    return shards === SHARD_COUNT ? undefined : `${shards} of ${SHARD_COUNT} shards have an owner`;
  });
}

/** The list from which each timeline process knows its shards: as long as there are owners. */
function ownersOf(plans: readonly ServicePlan[], { owners }: OwnerSlice) {
  const here = plans.filter(({ name }) => name === "timeline").map(({ port }) => `${HOST}:${port}`);
  const others = new Array<string>(owners - here.length).fill(NOBODY);
  return { TIDINGS_TIMELINE_ADDRESSES: [...here, ...others].join() };
}
