import type { Mesh } from "../../../tools/mesh/mesh.ts";
import type { ServiceProcess } from "../../../tools/mesh/service-process.ts";
import type { Faults, TargetProcess } from "../target.ts";
import { TargetError } from "../target-error.ts";
import { type Pause, pauseProcess, slowProcess } from "./pause-process.ts";

export interface MeshFaultsOptions {
  readonly mesh: Pick<Mesh, "processes" | "kill" | "restart">;
  /** Stores beside the mesh: not ours to end, but they can stand still for a while. */
  readonly stores: readonly TargetProcess[];
  /** Whose disk can be slow: they keep a log of their own, and were started for it. */
  readonly slowDisks: readonly string[];
}

const MAX_PAUSE_MS = 600_000;
const MAX_EXTRA_MS = 60_000;

/** Faults of a mesh that was started here. Disposing lets whoever stands still go on. */
export class MeshFaults implements Faults, Disposable {
  readonly #options: MeshFaultsOptions;
  readonly #pauses = new Set<Pause>();
  /** By label; it outlives a restart. */
  readonly #extraMs = new Map<string, number>();

  constructor(options: MeshFaultsOptions) {
    this.#options = options;
  }

  async kill(label: string): Promise<void> {
    this.#service(label);
    await this.#options.mesh.kill(label, "SIGKILL");
  }

  async restart(label: string): Promise<void> {
    const { mesh } = this.#options;
    const service = this.#service(label);
    if (service.isRunning) {
      service.signal("SIGCONT"); // what stands still can't end in order
      await mesh.kill(label, "SIGTERM");
    }
    await mesh.restart(label);
    if (this.#extraMs.has(label)) await this.#tell(label);
  }

  async pause(label: string, ms: number): Promise<void> {
    within("pause", ms, MAX_PAUSE_MS);
    await this.#through(pauseProcess(this.#pidOf(label), ms));
  }

  async slow(label: string, ms: number, times: number): Promise<void> {
    within("slow", ms, MAX_PAUSE_MS);
    await this.#through(slowProcess(this.#pidOf(label), ms, times));
  }

  async slowDisk(label: string, extraMs: number): Promise<void> {
    within("slow disk", extraMs, MAX_EXTRA_MS);
    this.#service(label);
    const { slowDisks } = this.#options;
    if (!slowDisks.includes(label)) {
      throw new TargetError(
        `The disk of "${label}" can't be made slow, only that of ${slowDisks.join(", ") || "nobody here"}: ` +
          "on the embedded engines a timeline process whose target was started with slowDisk. LMDB (post, " +
          "friend) and the stores of cql sync outside JavaScript.",
      );
    }
    this.#extraMs.set(label, extraMs);
    await this.#tell(label);
  }

  [Symbol.dispose](): void {
    for (const pause of this.#pauses) pause.end();
  }

  #pidOf(label: string): number {
    const store = this.#options.stores.find((one) => one.label === label);
    return (store ?? this.#service(label)).pid;
  }

  async #through(pause: Pause): Promise<void> {
    this.#pauses.add(pause);
    await pause.over.finally(() => this.#pauses.delete(pause));
  }

  async #tell(label: string): Promise<void> {
    await this.#service(label).ask({ syncTakesMsMore: this.#extraMs.get(label) });
  }

  #service(label: string): ServiceProcess {
    const { mesh, stores } = this.#options;
    const service = mesh.processes.get(label);
    if (service) return service;
    const isStore = stores.some((store) => store.label === label);
    throw new TargetError(
      isStore
        ? `"${label}" is not ours to end or restart: it can only be paused.`
        : `No process "${label}" in this target, only ${[...mesh.processes.keys()].join(", ")}.`,
    );
  }
}

function within(what: string, ms: number, maxMs: number): void {
  if (ms >= 0 && ms <= maxMs) return;
  throw new RangeError(`${what}: ${ms} ms is not from 0 to ${maxMs}`);
}
