import { createWriteStream, mkdirSync, type WriteStream } from "node:fs";
import { join, resolve } from "node:path";
import { closeBoundMs } from "../../services/platform/lifecycle/close-bound.ts";
import { lockFolder } from "../../services/platform/storage/folder-lock.ts";
import { takenPorts } from "./free-ports.ts";
import { type ServiceProcess, spawnService } from "./service-process.ts";
import {
  type MeshPorts,
  type NeighbourName,
  planMesh,
  type ServicePlan,
  STOP_WAVES,
} from "./services.ts";

export interface MeshOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly root: string;
  readonly dataDir: string;
  readonly portBase?: number | undefined;
  readonly timelines?: number;
  /** Who runs beside the mesh; nobody by default. */
  readonly neighbours?: readonly NeighbourName[];
  /** Variables of one process, over all others. */
  readonly envOf?: (plan: ServicePlan) => Readonly<Record<string, string>>;
  readonly onLine?: (plan: ServicePlan, line: string) => void;
  /** The log file takes nothing more. */
  readonly onLogLost?: (error: Error) => void;
  /** A process ended that nobody asked to end. Without it, the mesh counts as broken. */
  readonly onDeath?: (process: ServiceProcess, how: string) => void;
  readonly onReady?: (plan: ServicePlan, elapsedMs: number) => void;
}

/** A running mesh: its processes by label, and how to end it. */
export interface Mesh {
  readonly ports: MeshPorts;
  readonly host: string;
  readonly logFile: string;
  readonly processes: ReadonlyMap<string, ServiceProcess>;
  readonly plans: readonly ServicePlan[];
  /** Resolves when a process ended that nobody asked to end. */
  readonly broken: Promise<string>;
  /** Starts a process again that was killed; resolves when it is ready. */
  restart(label: string): Promise<void>;
  /** Ends a process and waits until it is gone. */
  kill(label: string, signal: NodeJS.Signals): Promise<void>;
  /** Ends everything in order. Safe to call at any time, also twice. */
  stop(): Promise<void>;
}

export interface Launch {
  /** Rejects when any service fails to start; then nothing is left running. */
  readonly ready: Promise<Mesh>;
  /** Everything has ended, or never began. */
  readonly isStopped: boolean;
  /** Ends everything, also while it starts. */
  stop(): Promise<void>;
}

/** Longer than a service itself waits, so that it is the service that ends it, and says why. */
const BEYOND_CLOSE_MS = 2_000;
const HOST = "127.0.0.1";

/** Starts all services side by side as processes of their own. */
export function launchMesh(options: MeshOptions): Launch {
  const { ports, plans: planned } = planMesh({
    base: options.portBase,
    timelines: options.timelines ?? 1,
    host: HOST,
    neighbours: options.neighbours ?? [],
  });
  const plans = planned.map((plan) => ({
    ...plan,
    env: { ...plan.env, ...options.envOf?.(plan) },
  }));
  const processes = new Map<string, ServiceProcess>();
  const stopBoundMs = closeBoundMs(options.env) + BEYOND_CLOSE_MS;
  const state = {
    stopping: undefined as Promise<void> | undefined,
    release: () => {},
    isStopped: false,
  };
  const expected = new Set<string>();
  const broken = Promise.withResolvers<string>();

  mkdirSync(join(options.dataDir, "logs"), { recursive: true });
  const logFile = join(options.dataDir, "logs", "mesh.jsonl");
  const logs = createWriteStream(logFile, { flags: "a" });
  // A full disk costs the log, not the mesh.
  logs.on("error", (error) => options.onLogLost?.(error));
  const onLine = (plan: ServicePlan, line: string) => {
    logs.write(`${line}\n`);
    options.onLine?.(plan, line);
  };
  const env = {
    ...options.env,
    TIDINGS_DATA_DIR: resolve(options.dataDir),
    // One for all meshes of a checkout: each process writes what it compiled when it ends.
    NODE_COMPILE_CACHE: resolve(options.root, ".data", "compile-cache"),
  };

  function spawnOne(plan: ServicePlan): ServiceProcess {
    const process = spawnService(plan, { env, cwd: options.root, onLine });
    processes.set(plan.label, process);
    expected.delete(plan.label);
    process.exited.then(({ code, signal }) => {
      if (expected.has(plan.label) || state.stopping) return;
      const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
      if (options.onDeath) options.onDeath(process, how);
      else broken.resolve(`${plan.label} (process ${process.pid}) ${how}; see ${logFile}`);
    });
    return process;
  }

  async function kill(label: string, signal: NodeJS.Signals): Promise<void> {
    const process = processes.get(label);
    if (!process) throw new Error(`No process ${label} in this mesh.`);
    expected.add(label);
    process.signal(signal);
    await process.exited;
  }

  async function restart(label: string): Promise<void> {
    const plan = plans.find((one) => one.label === label);
    if (!plan || state.stopping) throw new Error(`Can't restart ${label}.`);
    await spawnOne(plan).ready;
  }

  async function stopAll(): Promise<void> {
    for (const wave of STOP_WAVES) {
      const ending = [...processes.values()].filter(({ plan }) => wave.includes(plan.name));
      await Promise.all(ending.map((process) => process.stop(stopBoundMs)));
    }
    await endLog(logs);
    state.release();
    state.isStopped = true;
  }
  const stop = () => {
    state.stopping ??= stopAll();
    return state.stopping;
  };

  async function start(): Promise<Mesh> {
    state.release = lockFolder(options.dataDir).release;
    await refuseTakenPorts(plans);
    const startedMs = performance.now();
    // Stores first: they take longest, and everyone connects to them.
    for (const plan of [...plans].reverse()) if (!state.stopping) spawnOne(plan);
    await Promise.all(
      [...processes.values()].map(async ({ plan, ready }) => {
        await ready;
        options.onReady?.(plan, performance.now() - startedMs);
      }),
    );
    return {
      ports,
      plans,
      host: HOST,
      logFile,
      processes,
      broken: broken.promise,
      kill,
      restart,
      stop,
    };
  }
  const ready = start().catch(async (error) => {
    await stop();
    throw error;
  });
  ready.catch(() => {}); // a caller that stops while starting need not look at it
  return {
    ready,
    stop,
    get isStopped() {
      return state.isStopped;
    },
  };
}

/** One that failed has nothing left to write. */
function endLog(logs: WriteStream): Promise<void> {
  if (logs.destroyed) return Promise.resolve();
  return new Promise((done) => {
    logs.once("close", done);
    logs.end();
  });
}

async function refuseTakenPorts(plans: readonly ServicePlan[]): Promise<void> {
  const taken = await takenPorts(plans, HOST);
  if (taken.length === 0) return;
  const list = taken.map(({ port, label }) => `${port} (${label})`).join(", ");
  throw new Error(
    `Already in use: port ${list}. Stop what listens there (a mesh that still runs?), or choose ` +
      "others with TIDINGS_PORT_BASE, for example: TIDINGS_PORT_BASE=18080 npm start",
  );
}
