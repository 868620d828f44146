import { type Logger, pino } from "pino";

export type { Logger };

/** Structured JSON logs on stdout; `level` as pino's, "silent" for tests. */
export function createLogger(service: string, level = "info"): Logger {
  return pino({ level, base: { service } });
}
