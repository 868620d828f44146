import { once } from "node:events";
import { dialPlain } from "./connect-to.ts";
import { unreachable } from "./unreachable.ts";

const REACH_MS = 5_000;

/** Resolves when something accepts connections at host:port; rejects with what to do when nothing does. */
export async function reach(address: string): Promise<void> {
  const socket = dialPlain(address, AbortSignal.timeout(REACH_MS));
  try {
    await once(socket, "connect");
  } catch (error) {
    throw unreachable(address, error as Error);
  } finally {
    socket.destroy();
  }
}
