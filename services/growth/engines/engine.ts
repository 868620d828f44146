import type { PersonStates } from "../../model/person-states.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import type { Logger } from "../../platform/telemetry/logger.ts";
import type { StoredJournal } from "../ports.ts";

export interface EngineDeps {
  readonly log: Logger;
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
}

/** Where the journal is. */
export interface Engine {
  readonly stored: StoredJournal;
  /** Who is hidden or erased. */
  readonly people: PersonStates;
  /** After the journal was closed. */
  close(): Promise<void>;
}
