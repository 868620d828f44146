import type { Logger } from "../../platform/telemetry/logger.ts";
import type { JobStore } from "../ports.ts";

/** Where jobs are kept. */
export interface Engine {
  readonly jobs: JobStore;
  close(): Promise<void>;
}

export interface EngineDeps {
  readonly log: Logger;
}
