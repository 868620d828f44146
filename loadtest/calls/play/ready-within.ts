import { stat } from "node:fs/promises";
import { basename } from "node:path";
import type { ReadyWithin } from "../../play/generators/ready-in-time.ts";
import type { CallScenario } from "../spec/call-scenario.ts";

/** Connections are opened, tokens printed. */
const READY_SECONDS = 60;
/** Of rows and traces, which every generator reads: a million rows, 30 MiB or so, took 45 s beside others. */
const SECONDS_PER_MIB = 5;
const MIB = 2 ** 20;

/** How long generators of calls may take: longer, the more they have to read. */
export async function readyWithin({
  rows,
  trace,
}: Pick<CallScenario, "rows" | "trace">): Promise<ReadyWithin> {
  const files = [rows, trace].flatMap((one) => (one ? [one.file] : []));
  const read = await Promise.all(files.map(async (file) => ({ file, mib: await mibOf(file) })));
  const all = read.reduce((sum, { mib }) => sum + mib, 0);
  if (all === 0) return { seconds: READY_SECONDS };
  const named = read.map(({ file, mib }) => `${basename(file)}, ${mib} MiB`).join(", and ");
  return {
    seconds: READY_SECONDS + SECONDS_PER_MIB * all,
    text: `${READY_SECONDS} s, and ${SECONDS_PER_MIB} s for each MiB that is read: ${named}`,
  };
}

/** Begun ones count; what is gone by now the generators will tell. */
async function mibOf(file: string): Promise<number> {
  return await stat(file).then(
    ({ size }) => Math.ceil(size / MIB),
    () => 0,
  );
}
