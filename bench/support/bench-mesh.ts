import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { present } from "../../services/model/invariant.ts";
import { NEIGHBOURS } from "../../services/platform/config/ports.ts";
import { findPortBase } from "../../tools/mesh/free-ports.ts";
import { type ServiceProcess, spawnService } from "../../tools/mesh/service-process.ts";
import { planMesh, type ServiceName } from "../../tools/mesh/services.ts";

/** Some services of a mesh, embedded, on an empty store in a temporary folder. */
export interface BenchMesh {
  readonly dataDir: string;
  process(name: ServiceName): ServiceProcess;
  /** host:port of a service's gRPC server. */
  address(name: ServiceName): string;
  metricsUrl(name: ServiceName): string;
  /** Starts one more service; resolves when it is ready. */
  start(name: ServiceName): Promise<void>;
  /** Ends one service, until it is started again. */
  end(name: ServiceName): Promise<void>;
  stop(): Promise<void>;
}

const HOST = "127.0.0.1";
const ROOT = resolve(import.meta.dirname, "../..");
const STOP_BOUND_MS = 10_000;

/** What a benchmark must not run into, and what a quiet production service would log. */
const BENCH_ENV = {
  TIDINGS_ENGINE: "embedded",
  TIDINGS_LOG_LEVEL: "warn",
  TIDINGS_POST_QUOTA_PER_MINUTE: "1000000",
  TIDINGS_POST_QUOTA_BURST: "1000000",
};

export async function startBenchMesh(
  names: readonly ServiceName[],
  env: Readonly<Record<string, string>> = {},
): Promise<BenchMesh> {
  const dataDir = mkdtempSync(join(tmpdir(), "tidings-bench-"));
  const neighbours = NEIGHBOURS.filter((name) => names.includes(name));
  const base = await findPortBase();
  const { plans } = planMesh({ base, timelines: 1, host: HOST, neighbours });
  const planOf = (name: ServiceName) => present(plans.find((plan) => plan.name === name));
  const processes = new Map<ServiceName, ServiceProcess>();
  const start = async (name: ServiceName) => {
    const service = spawnService(planOf(name), {
      cwd: ROOT,
      env: { ...process.env, ...BENCH_ENV, TIDINGS_DATA_DIR: dataDir, ...env },
      onLine: (_, line) => /"level":[56]0/.test(line) && console.error(line),
    });
    processes.set(name, service);
    await service.ready;
  };
  const stop = async () => {
    for (const service of processes.values()) await service.stop(STOP_BOUND_MS);
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    await Promise.all(names.map(start));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    dataDir,
    process: (name) => present(processes.get(name)),
    address: (name) => `${HOST}:${planOf(name).port}`,
    metricsUrl: (name) => `http://${HOST}:${planOf(name).metricsPort}/metrics`,
    start,
    end: (name) => present(processes.get(name)).stop(STOP_BOUND_MS),
    stop,
  };
}
