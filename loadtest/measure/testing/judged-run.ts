import { OPERATION } from "../../run/testing/simulate.ts";
import type { MachineReport } from "../machine/conditions.ts";
import { Recorder } from "../recorder.ts";
import { parseThreshold } from "../thresholds.ts";
import { EXIT_CODES, judge } from "../verdict.ts";
import { measuredOf } from "./measured-of.ts";

export interface Spoilt {
  readonly micros: number;
  readonly lateMicros?: number;
  readonly probeRatio?: number;
  readonly machine?: Partial<MachineReport>;
  /** Of other generators of the same run. */
  readonly others?: readonly Partial<MachineReport>[];
  readonly driver?: { readonly name?: string };
}

/** A run whose every answer took so long, by a generator so late, on such a machine. */
export function judged(
  { micros, lateMicros = 0, probeRatio = 1, machine: own, others = [], driver }: Spoilt,
  ...texts: string[]
) {
  const recorder = new Recorder([OPERATION]);
  for (let i = 0; i < 100; i++) {
    const intendedMicros = i * 1_000;
    recorder.intended(0, intendedMicros);
    recorder.ended(0, {
      outcome: "ok",
      status: 0,
      intendedMicros,
      readyMicros: intendedMicros,
      writtenMicros: intendedMicros + lateMicros,
      endedMicros: intendedMicros + micros,
      slotWaitMicros: 0,
      flowWaitMicros: 0,
    });
  }
  const machine = { host: "a", seconds: 1, cpuShare: 0, probeRatio };
  const shares = { stealShare: 0, throttledShare: 0, pressureShare: 0 };
  const measured = measuredOf(recorder, {
    machines: [own, ...others].map((one) => ({ ...machine, ...shares, ...one })),
    driver: { name: "raw HTTP/2", ceilingPerSecond: undefined, ...driver },
  });
  const verdict = judge(measured, texts.map(parseThreshold));
  return { outcome: verdict.outcome, code: EXIT_CODES[verdict.outcome], reasons: verdict.reasons };
}
