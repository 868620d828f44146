import { readTrace } from "../data/trace/trace.ts";
import type { TraceRecord } from "../data/trace/trace-record.ts";
import type { CallScenario } from "../spec/call-scenario.ts";
import { flowsOfTrace } from "./trace-flows.ts";

const DAY_SECONDS = 86_400;
/** As of any scenario. */
const MOST_SECONDS = 7 * DAY_SECONDS;

/**
 * The scenario that replays a trace against this target: as long as the trace. Throws a RangeError for one that would
 * take longer than any run, as when a clock of it was wrong.
 */
export async function replayScenario(
  base: Omit<CallScenario, "flows" | "perSecond" | "pace">,
  trace: NonNullable<CallScenario["trace"]>,
): Promise<CallScenario> {
  const { speed = 1, file } = trace;
  const { records } = await readTrace(trace);
  const lasts = records[records.length - 1].atSeconds / speed;
  if (lasts > MOST_SECONDS) throw tooLong(file, records, speed);
  return {
    ...base,
    flows: flowsOfTrace(records, base.target.protocol),
    perSecond: Math.max(0.001, records.length / Math.max(1, lasts)),
    pace: { shape: "constant" },
    trace: { ...trace, speed },
    warmUpSeconds: 0,
    seconds: Math.max(1, Math.ceil(lasts)),
  };
}

/** Names the longest pause: a call before or after it may be one of another clock. */
function tooLong(file: string, records: readonly TraceRecord[], speed: number): RangeError {
  const pauses = records.slice(1).map(({ atSeconds }, i) => atSeconds - records[i].atSeconds);
  const longest = pauses.reduce((most, pause) => Math.max(most, pause), 0);
  const after = pauses.indexOf(longest) + 1;
  const days = (seconds: number) => `${(seconds / speed / DAY_SECONDS).toFixed(1)} days`;
  const last = records[records.length - 1].atSeconds;
  return new RangeError(
    `${file} would take ${days(last)}, and a run at most ${days(MOST_SECONDS * speed)}. Its longest pause, ${days(longest)}, is after its first ${after} of ${records.length} calls by time: cut it, or give a larger --speed.`,
  );
}
