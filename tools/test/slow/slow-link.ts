import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** How slow the answers of a server are. */
export interface Slowness {
  /** Each is held back for so long, at the least and at the most. */
  readonly answerMs: readonly [number, number];
  /** And once in `stallEveryMs` all are, for up to so long. */
  readonly stallMs: number;
  readonly stallEveryMs: number;
  /** 0 to 1. */
  readonly random: () => number;
}

const HOST = "127.0.0.1";

/**
 * When an answer is passed on that comes at `nowMs`, ms since the link's start. Each stretch of `stallEveryMs` ends with
 * a stall.
 */
export function passedOnMs(nowMs: number, slowness: Slowness): number {
  const { answerMs, stallMs, stallEveryMs, random } = slowness;
  const [least, most] = answerMs;
  const dueMs = nowMs + least + random() * (most - least);
  const intoStretchMs = dueMs % stallEveryMs;
  const isStalled = intoStretchMs >= stallEveryMs - stallMs;
  return isStalled ? dueMs - intoStretchMs + stallEveryMs : dueMs;
}

/** Passes connections on to a port of this machine, whose answers come late and in their order. Costs next to no CPU. */
export async function startSlowLink(
  targetPort: number,
  slowness: Slowness,
): Promise<AsyncDisposable & { readonly port: number }> {
  const sockets = new Set<Socket>();
  const startedMs = performance.now();
  // Half open, for whoever has asked all has not been answered all.
  const options = { noDelay: true, allowHalfOpen: true };
  const server = createServer(options, (near) => {
    const far = connect({ port: targetPort, host: HOST, ...options });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => {}).once("close", () => sockets.delete(socket));
    }
    passOn(near, far, inTurn(slowness, startedMs));
  });
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What is asked goes at once, what is answered when its turn has come. */
function passOn(near: Socket, far: Socket, later: (act: () => void) => void): void {
  near.on("data", (bytes) => void far.write(bytes));
  near.on("end", () => far.end());
  near.on("close", () => far.destroy());
  far.on("data", (bytes) => later(() => near.destroyed || near.write(bytes)));
  far.on("end", () => later(() => near.end()));
  far.on("close", () => later(() => near.destroy()));
}

/** Of one connection: none goes before the one that came before it. */
function inTurn(slowness: Slowness, startedMs: number): (act: () => void) => void {
  const waiting: (() => void)[] = [];
  let lastMs = 0;
  return (act) => {
    const nowMs = performance.now() - startedMs;
    waiting.push(act);
    lastMs = Math.max(lastMs, passedOnMs(nowMs, slowness));
    // Timers may overtake each other by their rounding: each does what is first.
    setTimeout(() => waiting.shift()?.(), lastMs - nowMs);
  };
}
