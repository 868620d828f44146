import { isSteady, type MachineReport } from "./machine/conditions.ts";
import { MAX_WALL_STEP_MS } from "./machine/wall-clock.ts";
import type { Measured } from "./measured.ts";
import type { OperationRecord } from "./operation-record.ts";
import { trendsIn } from "./trend/run-trends.ts";

/** Above this share of what its driver can do, a generator's figures are doubtful. */
const MAX_CEILING_SHARE = 0.7;
/** Of one core's time. */
const MAX_STEAL_SHARE = 0.05;
/** Of the run, with something that waited for a CPU: its times are partly those of the scheduler. */
const MAX_PRESSURE_SHARE = 0.5;

/** Of calls of one kind, that waited for a connection of ours, or for a stream that the target allows on one. */
const MANY_WAITED = 0.01;

/** What to know of a run, though it changes nothing in its verdict. One sentence each. */
export function warningsOf(measured: Measured): readonly string[] {
  return [
    ...driverWarnings(measured),
    ...measured.operations.flatMap(waitWarnings),
    ...measured.machines.flatMap(machineWarnings),
  ];
}

/** What qualifies the outcome itself: parts of a sentence. */
export function notesOf(measured: Measured): readonly string[] {
  const waits = new Set(
    measured.machines.flatMap(({ host, pressureShare = 0 }) =>
      pressureShare > MAX_PRESSURE_SHARE
        ? [
            `something on ${host} waited for a CPU ${Math.round(100 * Math.min(1, pressureShare))}% of the time`,
          ]
        : [],
    ),
  );
  return [...waits, ...trendsIn(measured)];
}

function driverWarnings({ driver, operations, seconds }: Measured): readonly string[] {
  const { name, ceilingPerSecond, timesFrom } = driver;
  const perSecond = operations.reduce((sum, { counts }) => sum + counts.sent, 0) / seconds;
  const warnings: string[] = [];
  if (ceilingPerSecond !== undefined && perSecond > MAX_CEILING_SHARE * ceilingPerSecond) {
    warnings.push(
      `The ${name} driver sent ${perSecond.toFixed(0)}/s, above 70% of the ${ceilingPerSecond.toFixed(0)}/s that it can do here: use more generators.`,
    );
  }
  if (timesFrom === "sent") {
    warnings.push(
      `${name} times from its actual sends: its service times are given, response times and lateness are not. Do not compare it with runs that have them.`,
    );
  }
  return warnings;
}

/** That is in their times, whoever's doing it is: it is told, so that it can be known. */
function waitWarnings({ name, counts, waits: { slot } }: OperationRecord): readonly string[] {
  if (slot.count <= MANY_WAITED * counts.intended) return [];
  const share = Math.round((100 * slot.count) / counts.intended);
  const millis = (slot.totalMicros / slot.count / 1000).toFixed(1);
  return [
    `${share}% of ${name} waited for a free connection, or a stream on one, for ${millis} ms on average, which is in their times: give more --connections to know what the target takes without that.`,
  ];
}

function machineWarnings(machine: MachineReport): readonly string[] {
  const { host, probeRatio, stealShare = 0, throttledShare = 0, wallStepMs = 0 } = machine;
  const warnings: string[] = [];
  if (!isSteady(machine)) {
    warnings.push(
      `The CPU of ${host} was ${probeRatio.toFixed(2)} times as fast after the run as before it.`,
    );
  }
  if (stealShare > MAX_STEAL_SHARE) {
    warnings.push(
      `Other guests of its host took ${percent(stealShare)} of a core from ${host}: repeat the run when it is quieter.`,
    );
  }
  if (throttledShare > 0) {
    warnings.push(
      `A CPU quota held ${host} back for ${percent(throttledShare)} of the run: raise it, or load less.`,
    );
  }
  if (Math.abs(wallStepMs) > MAX_WALL_STEP_MS) {
    warnings.push(
      `The wall clock of ${host} stepped by ${(wallStepMs / 1000).toFixed(2)} s: times are from the monotonic clock and hold; timestamps of the log may not.`,
    );
  }
  return warnings;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}
