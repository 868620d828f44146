import type { ComparedRecords } from "../../compare/compare-records.ts";
import { textTable } from "./text-table.ts";

const MAX_CHARACTERS = 60;

/** Two recorded runs, for people. */
export function compareRecordsText({ differing, rows, alone }: ComparedRecords): string {
  return [
    textTable([
      ["", "A", "B", "B over A"],
      ...rows.map(({ what, a, b, ratio }) => [what, figure(a), figure(b), ratio?.toFixed(2) ?? ""]),
    ]),
    ...(alone.length > 0 ? [`In one of them only: ${alone.join(", ")}.`] : []),
    ...(differing.length > 0
      ? [
          "",
          textTable([
            ["not the same", "A", "B"],
            ...differing.map(([what, a, b]) => [what, cut(a), cut(b)]),
          ]),
        ]
      : ["Machine, target and scenario are the same."]),
    "One run is one sample: whether it is chance, pairs of runs say (load compare with two builds).",
  ].join("\n");
}

function figure(value: number | undefined): string {
  return value === undefined ? "INVALID" : value.toFixed(2);
}

function cut(text: string): string {
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}...` : text;
}
