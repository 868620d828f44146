import { createServer } from "node:net";
import type { ServicePlan } from "./services.ts";

/** Whether a TCP port can be bound on this host now. */
export function isPortFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** The ports of these plans that something else holds, each with who wanted it. */
export async function takenPorts(
  plans: readonly ServicePlan[],
  host: string,
): Promise<readonly { port: number; label: string }[]> {
  const wanted = plans.flatMap(({ label, port, metricsPort }) => [
    ...(port === undefined ? [] : [{ port, label }]),
    { port: metricsPort, label: `${label} metrics` },
  ]);
  const free = await Promise.all(wanted.map(({ port }) => isPortFree(port, host)));
  return wanted.filter((_, i) => !free[i]);
}

const FIRST_BASE = 20_000;
const BASES = 350;
/** Ports of one mesh: services, further timeline processes, metrics. */
const PORTS_PER_MESH = 70;

/**
 * A port base whose whole block is free now, for meshes of tests, benchmarks and loads. `start`, from 0,
 * chooses the first that is tried: two that start at the same time should begin at different ones.
 */
export async function findPortBase(host = "127.0.0.1", start = process.pid): Promise<number> {
  for (let i = 0; i < BASES; i++) {
    const base = FIRST_BASE + ((start + i) % BASES) * PORTS_PER_MESH;
    const block = Array.from({ length: PORTS_PER_MESH }, (_, port) => base + port);
    const free = await Promise.all(block.map((port) => isPortFree(port, host)));
    if (free.every(Boolean)) return base;
  }
  throw new Error(`No block of ${PORTS_PER_MESH} free ports from ${FIRST_BASE} on.`);
}
