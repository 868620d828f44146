import type { Finding } from "./finding.ts";

const SIGNS = { ok: "ok   ", warning: "warn ", wrong: "WRONG" } as const;

/** A line a finding, the remedy below it; the last line counts. */
export function report(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ what }) => what.length));
  const lines = findings.flatMap(({ state, what, says, remedy }) => [
    `${SIGNS[state]}  ${what.padEnd(width)}  ${says}`,
    ...(remedy ? [`${" ".repeat(width + 9)}-> ${remedy}`] : []),
  ]);
  const count = (state: Finding["state"]) => findings.filter((one) => one.state === state).length;
  const end = `${count("ok")} well, ${count("warning")} to know, ${count("wrong")} wrong.`;
  return [...lines, "", end].join("\n");
}
