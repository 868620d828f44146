/**
 * The platform's own server with the echo service of its tests, whose queues are full: calls of the priority
 * "rebuild" are refused, others are answered, after so many ms: `node guarded-server.ts AFTER_MS`. Says its port.
 */
import { setTimeout as delay } from "node:timers/promises";
import { startEcho } from "../../services/platform/grpc/testing/echo-server.ts";
import type { Note } from "../../services/platform/grpc/testing/echo-service.ts";

const afterMs = Number(process.argv[2] ?? 0);
let served = 0;
const late = {
  say: async (note: Note) => {
    served++;
    await delay(afterMs);
    return note;
  },
};
const { server } = await startEcho(afterMs > 0 ? late : {}, { server: { pressure: () => 1 } });
process.send?.({ port: server.port });
process.on("message", () => process.send?.({ served }));
process.on("disconnect", () => process.exit(0));
