import { join, resolve } from "node:path";
import type { Credentials } from "../../services/platform/grpc/credentials/credentials.ts";
import { closeBoundMs } from "../../services/platform/lifecycle/close-bound.ts";
import { lockFolder } from "../../services/platform/storage/folder-lock.ts";
import { ensureCertificates, toolCredentials } from "../certs/mesh-certificates.ts";
import { type HeldPort, heldPorts } from "./free-ports.ts";
import { RotatingLog } from "./rotating-log.ts";
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
  /** Processes of each service that keeps nothing itself, on CQL; 1 by default. */
  readonly copies?: number;
  /** The checkout that a process runs from, asked at each of its starts; `root` by default. */
  readonly rootOf?: (plan: ServicePlan) => string;
  /** Who listens elsewhere than on this machine's loopback, by label; and what puts a process there, before its program. */
  readonly hostOf?: (label: string) => string;
  readonly throughOf?: (plan: ServicePlan) => readonly string[];
  /** Who runs beside the mesh; nobody by default. */
  readonly neighbours?: readonly NeighbourName[];
  /** Whether it has a console; it has none by default. */
  readonly console?: boolean;
  /** Variables of one process, over all others. */
  readonly envOf?: (plan: ServicePlan) => Readonly<Record<string, string>>;
  readonly onLine?: (plan: ServicePlan, line: string) => void;
  /** A connection of this machine holds a port of the mesh: its process waits for it. */
  readonly onHeld?: (port: HeldPort) => void;
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
  /** Those of an operator. */
  readonly credentials: Credentials;
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
/** pino's. */
const ERROR_LEVEL = 50;
const MAX_LOG_BYTES = 64 * 1_024 * 1_024;
const KEPT_LOGS = 4;

/** Starts all services side by side as processes of their own. */
export function launchMesh(options: MeshOptions): Launch {
  return new MeshLaunch(options);
}

class MeshLaunch implements Launch {
  readonly ready: Promise<Mesh>;
  isStopped = false;
  readonly #options: MeshOptions;
  readonly #ports: MeshPorts;
  readonly #plans: readonly ServicePlan[];
  readonly #env: NodeJS.ProcessEnv;
  readonly #logFile: string;
  readonly #logs: RotatingLog;
  readonly #processes = new Map<string, ServiceProcess>();
  /** Whose end was asked for. */
  readonly #expected = new Set<string>();
  readonly #broken = Promise.withResolvers<string>();
  #stopping: Promise<void> | undefined;
  #release = () => {};

  constructor(options: MeshOptions) {
    this.#options = options;
    const { ports, plans } = planMesh({
      base: options.portBase,
      timelines: options.timelines ?? 1,
      copies: options.copies ?? 1,
      host: HOST,
      ...(options.hostOf && { hostOf: options.hostOf }),
      neighbours: options.neighbours ?? [],
      console: options.console ?? false,
    });
    this.#ports = ports;
    this.#plans = plans.map((plan) => ({
      ...plan,
      env: { ...plan.env, ...options.envOf?.(plan) },
    }));
    this.#env = {
      ...options.env,
      TIDINGS_DATA_DIR: resolve(options.dataDir),
      // One for all meshes of a checkout: each process writes what it compiled when it ends.
      NODE_COMPILE_CACHE: resolve(options.root, ".data", "compile-cache"),
    };
    this.#logFile = join(options.dataDir, "logs", "mesh.jsonl");
    this.#logs = new RotatingLog({
      path: this.#logFile,
      maxBytes: MAX_LOG_BYTES,
      keptFiles: KEPT_LOGS,
      onLost: (error) => options.onLogLost?.(error),
    });
    this.ready = this.#start().catch(async (error) => {
      await this.stop();
      throw error;
    });
    this.ready.catch(() => {}); // a caller that stops while starting need not look at it
  }

  stop = (): Promise<void> => {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  };

  async #start(): Promise<Mesh> {
    this.#release = lockFolder(this.#options.dataDir).release;
    await refuseTakenPorts(this.#plans, (held) => this.#options.onHeld?.(held));
    await ensureCertificates(this.#env);
    const credentials = await toolCredentials("operator", this.#env);
    const startedMs = performance.now();
    // Stores first: they take longest, and everyone connects to them.
    for (const plan of this.#plans.toReversed()) if (!this.#stopping) this.#spawn(plan);
    await Promise.all(
      [...this.#processes.values()].map(async ({ plan, ready }) => {
        await ready;
        this.#options.onReady?.(plan, performance.now() - startedMs);
      }),
    );
    return {
      ports: this.#ports,
      plans: this.#plans,
      host: HOST,
      credentials,
      logFile: this.#logFile,
      processes: this.#processes,
      broken: this.#broken.promise,
      kill: (label, signal) => this.#kill(label, signal),
      restart: (label) => this.#restart(label),
      stop: this.stop,
    };
  }

  #spawn(plan: ServicePlan): ServiceProcess {
    const { root, rootOf = () => root, onDeath } = this.#options;
    const onLine = (from: ServicePlan, line: string) => {
      this.#logs.write(line);
      this.#options.onLine?.(from, line);
    };
    const through = this.#options.throughOf?.(plan) ?? [];
    const process = spawnService(plan, { env: this.#env, cwd: rootOf(plan), through, onLine });
    this.#processes.set(plan.label, process);
    this.#expected.delete(plan.label);
    process.exited.then(({ code, signal }) => {
      if (this.#expected.has(plan.label) || this.#stopping) return;
      const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
      this.#logs.write(lineOf(`${plan.label} ${how}`, process.pid));
      const text = `${plan.label} (process ${process.pid}) ${how}; see ${this.#logFile}`;
      if (onDeath) onDeath(process, how);
      else this.#broken.resolve(text);
    });
    return process;
  }

  async #kill(label: string, signal: NodeJS.Signals): Promise<void> {
    const process = this.#processes.get(label);
    if (!process) throw new Error(`No process ${label} in this mesh.`);
    this.#expected.add(label);
    process.signal(signal);
    await process.exited;
  }

  async #restart(label: string): Promise<void> {
    const plan = this.#plans.find((one) => one.label === label);
    if (!plan || this.#stopping) throw new Error(`Can't restart ${label}.`);
    await this.#spawn(plan).ready;
  }

  async #stopAll(): Promise<void> {
    const boundMs = closeBoundMs(this.#options.env) + BEYOND_CLOSE_MS;
    for (const wave of STOP_WAVES) {
      const ending = [...this.#processes.values()].filter(({ plan }) => wave.includes(plan.name));
      await Promise.all(ending.map((process) => process.stop(boundMs)));
    }
    await this.#logs.end();
    this.#release();
    this.isStopped = true;
  }
}

/** What only who watches from outside can say, among the lines of the services. */
function lineOf(msg: string, pid: number | undefined): string {
  return JSON.stringify({ level: ERROR_LEVEL, time: Date.now(), service: "mesh", pid, msg });
}

/** Throws when somebody listens where a process of the mesh is to; which waits for connections that hold its port. */
async function refuseTakenPorts(
  plans: readonly ServicePlan[],
  onHeld: (port: HeldPort) => void,
): Promise<void> {
  const held = await heldPorts(plans, HOST);
  const taken = held.filter(({ holder }) => holder === "a listener");
  if (taken.length === 0) return held.forEach(onHeld);
  const list = taken.map(({ port, label }) => `${port} (${label})`).join(", ");
  throw new Error(
    `Already in use: port ${list}. Stop what listens there (a mesh that still runs?), or choose ` +
      "others with TIDINGS_PORT_BASE, for example: TIDINGS_PORT_BASE=18080 npm start",
  );
}
