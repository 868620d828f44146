import { createServer, type Server } from "node:net";
import { canListen, type Holder, holderOf } from "../../services/platform/lifecycle/port-in-use.ts";
import type { ServicePlan } from "./services.ts";

/** Whether a TCP port can be bound on this host now. */
export function isPortFree(port: number, host: string): Promise<boolean> {
  return canListen({ host, port });
}

/** A port of a plan that something else has. */
export interface HeldPort {
  readonly port: number;
  /** Who wanted it. */
  readonly label: string;
  readonly holder: Exclude<Holder, "nobody">;
}

/** The ports of these plans that something else holds. */
export async function heldPorts(
  plans: readonly ServicePlan[],
  host: string,
): Promise<readonly HeldPort[]> {
  const wanted = plans.flatMap(({ label, port, metricsPort }) => [
    ...(port === undefined ? [] : [{ port, label }]),
    { port: metricsPort, label: `${label} metrics` },
  ]);
  const held = await Promise.all(
    wanted.map(async ({ port, label }) => {
      const holder = await holderOf({ host, port });
      return holder === "nobody" ? [] : [{ port, label, holder }];
    }),
  );
  return held.flat();
}

/** Ports of one mesh: services, further timeline processes, two more processes of others, and their metrics. */
const PORTS_PER_MESH = 110;
/** Nothing serves on the last port of a block: whoever listens there has the block. */
const PORTS_PER_BLOCK = PORTS_PER_MESH + 1;
/**
 * All blocks are below Linux's range of ephemeral ports, 32768 on. A connection from there may hold a port
 * that was free before; and a client that reconnects to a killed server's port may be given that very port
 * as its own, and then talks to itself.
 */
const FIRST_BASE = 20_000;
const BLOCKS = 115;

/** Ports in a row that are one caller's until it is disposed, or its process ends. */
export interface PortBlock extends AsyncDisposable {
  readonly base: number;
}

/**
 * Claims a block of free ports for a mesh of a test, a benchmark or a load. `start`, from 0, chooses the
 * first that is tried. Throws Error when all are taken.
 */
export async function claimPorts(host = "127.0.0.1", start = process.pid): Promise<PortBlock> {
  for (let i = 0; i < BLOCKS; i++) {
    const base = FIRST_BASE + ((start + i) % BLOCKS) * PORTS_PER_BLOCK;
    const claim = await listenOn(base + PORTS_PER_MESH, host);
    if (!claim) continue;
    const ports = Array.from({ length: PORTS_PER_MESH }, (_, port) => base + port);
    const free = await Promise.all(ports.map((port) => isPortFree(port, host)));
    if (free.every(Boolean)) return { base, [Symbol.asyncDispose]: () => closed(claim) };
    await closed(claim);
  }
  throw new Error(`No block of ${PORTS_PER_BLOCK} free ports from ${FIRST_BASE} on.`);
}

/** The first port of a block that is this process's until it ends. */
export async function findPortBase(host?: string): Promise<number> {
  const { base } = await claimPorts(host);
  return base;
}

/** Undefined when somebody else has the port. What listens keeps no process alive. */
function listenOn(port: number, host: string): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", () => resolve(undefined));
    server.listen({ port, host, exclusive: true }, () => resolve(server.unref()));
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
