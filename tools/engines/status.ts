/** What `status` prints. */
import { readFileSync } from "node:fs";
import { ENGINE_KINDS, type EngineKind } from "./kinds.ts";
import { isAlive, type ProcessMark } from "./processes/processes.ts";
import { readSettings } from "./settings.ts";
import { type EnginesState, readState, stateFile } from "./state/state.ts";

/** Linux has counted in hundredths of a second for every program since 2.6. */
const TICKS_PER_SECOND = 100;
const KIB_PER_MIB = 1024;

export interface Description {
  readonly lines: readonly string[];
  readonly healthy: boolean;
}

/** Of this folder, or of the checkout's own, as whoever starts a mesh finds them. */
export async function describeEngines(
  dataDir: string,
  ofCheckout = readSettings({}).dataDir,
): Promise<Description> {
  const own = await readState(dataDir);
  const state = own ?? (await readState(ofCheckout));
  const file = stateFile(own === undefined && state !== undefined ? ofCheckout : dataDir);
  if (state === undefined) return { lines: [`Nothing is up (no ${file})`], healthy: false };
  const engines = await Promise.all(ENGINE_KINDS.map((kind) => describeEngine(kind, state)));
  return {
    lines: [...engines.flatMap(({ lines }) => lines), `State ${file}`],
    healthy: engines.every(({ healthy }) => healthy),
  };
}

async function describeEngine(kind: EngineKind, state: EnginesState): Promise<Description> {
  const way = state.way[kind.key] ?? "not started";
  const addresses = kind.recorded(state);
  const health = addresses === undefined ? "never became ready" : await healthOf(kind, addresses);
  const where = addresses?.map(withoutPassword).join(",") ?? "-";
  const processes = kind.programs.flatMap((name) => {
    const mark = state.pids[name];
    return mark === undefined ? [] : [`  ${name.padEnd(10)} ${describeProcess(mark)}`];
  });
  const lines = [`${kind.title}: ${health}; by ${way}; ${where}`, ...processes];
  return { lines, healthy: health.startsWith("answers") };
}

async function healthOf(kind: EngineKind, addresses: readonly string[]): Promise<string> {
  const began = performance.now();
  return kind.check(addresses).then(
    () => `answers in ${Math.round(performance.now() - began)} ms`,
    (error) => `does not answer (${error.message})`,
  );
}

function describeProcess(mark: ProcessMark): string {
  if (!isAlive(mark)) return `process ${mark.pid} has ended`;
  const now = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
  const uptime = formatSeconds(now - mark.startTicks / TICKS_PER_SECOND);
  const resident = parseResidentMb(readFileSync(`/proc/${mark.pid}/status`, "utf8"));
  return `process ${mark.pid}, up ${uptime}, ${resident} MB resident, in ${mark.folder}`;
}

export function parseResidentMb(status: string): number {
  return Math.round(Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / KIB_PER_MIB);
}

/** `93784` -> `26 h 3 min` */
export function formatSeconds(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return `${Math.floor(seconds)} s`;
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** An address that was given may hold a real password; ours is the public default. */
export function withoutPassword(address: string): string {
  return address.replace(/(\/\/[^:/@]+):[^@]+@/, "$1:***@");
}
