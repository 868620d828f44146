import { type Measured, recorded } from "../measured.ts";
import type { Recorder } from "../recorder.ts";

/** A result that holds what a test recorded. */
export function measuredOf(recorder: Recorder, changes: Partial<Measured> = {}): Measured {
  return {
    startedAtMs: 0,
    seconds: 60,
    driver: { name: "model", ceilingPerSecond: undefined },
    distributions: new Map(),
    counters: new Map(),
    machines: [],
    ...recorded(recorder),
    ...changes,
  };
}
