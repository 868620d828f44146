import type { Resources } from "../../results/resources.ts";
import { splitProcesses } from "../../results/target-processes.ts";
import type { TargetDescription } from "../../target/target.ts";
import { textTable } from "./text-table.ts";

/** What the target's processes used, and beside it what making the load did, CPU seconds a second. */
export function cpuText(
  resources: Resources,
  { unseen = [] }: TargetDescription,
  generators: number,
): readonly string[] {
  const seconds = resources.atSeconds.at(-1) ?? 0;
  const { own, sinks } = splitProcesses(resources);
  const beside = `The generators used ${cores(generators)}${
    sinks && seconds > 0 ? `, the other owners (sinks) ${cores(sinks.cpuSeconds / seconds)}` : ""
  }.`;
  if (own.length === 0 || seconds === 0) {
    return [`What the target used was not seen from here. ${beside}`];
  }
  const rows = own.map(({ label, cpuSeconds, residentMiB }) => [
    label,
    cores(cpuSeconds / seconds),
    `${Math.round(residentMiB.findLast((value) => value > 0) ?? 0)} MiB`,
  ]);
  const sum = own.reduce((total, { cpuSeconds }) => total + cpuSeconds, 0) / seconds;
  return [
    textTable([["process", "CPU", "memory"], ...rows, ["the target", cores(sum), ""]]),
    beside,
    ...(unseen.length === 0
      ? []
      : [`In no figure, for their processes can't be seen from here: ${unseen.join(", ")}.`]),
  ];
}

function cores(share: number): string {
  return `${share.toFixed(3)} cores`;
}
