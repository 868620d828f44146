/** Which ports are free on the loopback address. */
import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Both engines take three ports in a row. */
export const PORTS_PER_ENGINE = 3;

/**
 * Below the range of ephemeral ports, and not by binding port 0. A client that reconnects to a
 * killed server's ephemeral port may be given that very port as its own, and then talks to itself.
 */
const FIRST_TEST_PORT = 20_000;
const LAST_TEST_PORT = 28_900;
const MAX_TRIES = 50;

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** The first of the free ports of a private engine. */
export async function freePorts(): Promise<number> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const first = randomInt(FIRST_TEST_PORT, LAST_TEST_PORT);
    if ((await takenPort(first)) === undefined) return first;
  }
  throw new Error(`No free ports were found from ${FIRST_TEST_PORT} to ${LAST_TEST_PORT}`);
}

/** Which of an engine's ports something else listens on. */
export async function takenPort(first: number): Promise<number | undefined> {
  for (let port = first; port < first + PORTS_PER_ENGINE; port += 1) {
    if (!(await isFree(port))) return port;
  }
  return undefined;
}
