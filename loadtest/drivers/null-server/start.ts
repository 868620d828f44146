import { fork } from "node:child_process";
import { join } from "node:path";
import { present } from "../../../services/model/invariant.ts";

export interface NullServerOptions {
  /** gRPC by default. */
  readonly protocol?: "grpc" | "http";
  /** Any free one by default. */
  readonly port?: number;
  /** The encoded message of every answer, or its body; empty by default. */
  readonly messageHex?: string;
  readonly maxStreams?: number;
  /** The whole server stands still for so long, at every multiple of `everyMs` of its clock. */
  readonly stall?: { readonly everyMs: number; readonly forMs: number };
  /** It can do exactly so many calls a second, and refuses more: see exact-pace.ts. Without, as it comes. */
  readonly perSecond?: number;
}

export interface NullServer {
  readonly address: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** A server that answers at once, in a process of its own: what is left is the driver's cost. */
export async function startNullServer(options: NullServerOptions = {}): Promise<NullServer> {
  const child = fork(join(import.meta.dirname, "main.ts"), [JSON.stringify(options)]);
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    child.once("message", (message) => resolve((message as { port: number }).port));
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`The null server ended with ${code}.`)));
  });
  return {
    address: `127.0.0.1:${port}`,
    pid: present(child.pid),
    stop: () => {
      if (child.connected) child.disconnect();
      return gone;
    },
  };
}
