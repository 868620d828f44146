import { type Logger, pino } from "pino";
import { type LogOutput, standardOutput } from "./log-output.ts";

export type { Logger };

/** Structured JSON logs on stdout; `level` as pino's, "silent" for tests. */
export function createLogger(service: string, level = "info"): Logger {
  let output: LogOutput | undefined;
  const write = (line: string) => {
    output ??= standardOutput();
    output.write(line);
  };
  return pino({ level, base: { service } }, { write });
}
