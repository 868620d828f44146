/** What a start or a stop works with. */

import type { EngineSettings } from "../settings.ts";
import type { Ledger } from "../state/ledger.ts";

export interface StartTools {
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface WayContext {
  readonly settings: EngineSettings;
  readonly ledger: Ledger;
  readonly tools: StartTools;
}
