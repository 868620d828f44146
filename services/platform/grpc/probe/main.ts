/**
 * `node services/platform/grpc/probe/main.ts 50051`: ends with 0 when the process that listens there says that
 * it serves, else with 1. For containers, which have no other client.
 */
import { service as healthService } from "grpc-health-check";
import { createLogger } from "../../telemetry/logger.ts";
import { connect, createClient } from "../client/client.ts";

const DEADLINE_MS = 2_000;
const SERVING = "SERVING";

interface Health {
  Check(request: { service: string }): Promise<{ status: string }>;
}

const options = { log: createLogger("probe", "silent"), defaultDeadlineMs: DEADLINE_MS };
using channel = connect(`127.0.0.1:${process.argv[2]}`, { ...options, retry: "none" });
const health: Health = createClient(healthService, channel) as unknown as Health;
const { status } = await health.Check({ service: "" }).catch(() => ({ status: "no answer" }));
if (status !== SERVING) {
  console.error(status);
  process.exitCode = 1;
}
