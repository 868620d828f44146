import type { Call, Done, Driver } from "../../drivers/driver.ts";
import type { Line } from "../../drivers/line.ts";
import { LinePool } from "../../drivers/line-pool.ts";
import type { VirtualTime } from "./virtual-time.ts";

export interface ModelServer {
  readonly serviceMicros: number;
  /** At every multiple of `everyMicros` it stands still for so long. */
  readonly stall?: { readonly everyMicros: number; readonly forMicros: number };
  /** Calls it lets be in flight at once. */
  readonly streams?: number;
  /** The gRPC status of the n-th call; OK (0) unless given. */
  readonly statusOf?: (n: number) => number;
}

/** A server by its model: it answers after its service time, or that long after its stall. */
export function modelDriver(time: VirtualTime, server: ModelServer): Driver {
  const { streams = Number.POSITIVE_INFINITY } = server;
  let inFlight = 0;
  let calls = 0;
  const line: Line = {
    tryWrite(call: Call, done: Done) {
      if (inFlight >= streams) return "slot";
      inFlight++;
      call.writtenMicros = time.nowMicros();
      const status = server.statusOf?.(calls++) ?? 0;
      let open = true;
      const over = () => {
        if (open) inFlight--;
        open = false;
        pool.roomMade();
      };
      time.at(endOfService(server, time.nowMicros()), () => {
        if (open) done(status, new Uint8Array());
        over();
      });
      return over;
    },
  };
  const pool = new LinePool([[line]], time);
  return {
    name: "model",
    capacity: streams,
    send: (call, done) => pool.send(call, done),
    cancel: (call) => pool.cancel(call),
    close: () => undefined,
  };
}

/** When a call that arrives now is answered. */
export function endOfService({ serviceMicros, stall }: ModelServer, nowMicros: number): number {
  if (!stall) return nowMicros + serviceMicros;
  const intoMicros = nowMicros % stall.everyMicros;
  const waitMicros = Math.max(0, stall.forMicros - intoMicros);
  return nowMicros + waitMicros + serviceMicros;
}
