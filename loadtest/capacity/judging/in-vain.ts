import type { Measured } from "../../measure/measured.ts";
import { statusName } from "../../results/status-name.ts";

interface InVain {
  /** How many were intended. */
  readonly calls: number;
  /** What came oftenest in the place of a good answer, as "HTTP 404 (300 of 300)". */
  readonly instead: string;
}

/** Of a step in which calls were sent and not one was answered well; else undefined. */
export function inVainIn({ operations }: Measured): InVain | undefined {
  const sum = (key: "intended" | "sent" | "ok" | "timeout" | "notSent") =>
    operations.reduce((total, { counts }) => total + counts[key], 0);
  if (sum("sent") === 0 || sum("ok") > 0) return undefined;
  const came = new Map([
    ["no answer in time", sum("timeout")],
    ["not sent", sum("notSent")],
  ]);
  for (const [code, count] of operations.flatMap(({ statuses }) => [...statuses])) {
    came.set(statusName(code), (came.get(statusName(code)) ?? 0) + count);
  }
  const [what, count] = [...came].reduce((most, one) => (one[1] > most[1] ? one : most));
  const calls = sum("intended");
  return { calls, instead: `${what} (${count} of ${calls})` };
}
