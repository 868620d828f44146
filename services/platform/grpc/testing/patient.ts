import { createLogger } from "../../telemetry/logger.ts";

/**
 * Of a client in a test that is not about deadlines. A call that names none ends after 5 s, and that is how long
 * one may take where the disk, the database and the cores are busy.
 */
export const PATIENT = { log: createLogger("test", "silent"), defaultDeadlineMs: 60_000 } as const;
