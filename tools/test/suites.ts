import type { Lengths, Project } from "./lengths.ts";

/** What `npm test` runs, and about how long each takes on 2 cores (November 2026). */
export interface Suite {
  readonly project: Project;
  readonly what: string;
  readonly secondsEmbedded: number;
  /** With RabbitMQ and a CQL engine up. */
  readonly secondsWithEngines: number;
}

export const SUITES: readonly Suite[] = [
  {
    project: "unit",
    what: "units, properties and the contract of every port",
    secondsEmbedded: 560,
    secondsWithEngines: 680,
  },
  {
    project: "system",
    what: "whole meshes of real processes: the README's path, crashes, imports, loads",
    secondsEmbedded: 430,
    secondsWithEngines: 560,
  },
];

/** What is about to run, in words. `lengths`: what it took here, which is truer than any table. */
export function announce(
  suites: readonly Suite[],
  engines: string | undefined,
  lengths: Lengths,
): string {
  const secondsOf = ({ project, secondsWithEngines, secondsEmbedded }: Suite) =>
    lengths[project] ?? (engines ? secondsWithEngines : secondsEmbedded);
  const lines = suites.map(
    (suite) => `  ${suite.project.padEnd(7)} ${suite.what} (about ${secondsOf(suite)} s)`,
  );
  const total = suites.reduce((sum, suite) => sum + secondsOf(suite), 0);
  return [`Running, about ${total} s in all:`, ...lines, enginesLine(engines)].join("\n");
}

function enginesLine(engines: string | undefined): string {
  return engines
    ? `  on the embedded engines and on the real ones: ${engines}`
    : "  on the embedded engines only. Left out: every suite on RabbitMQ and CQL. To run them too:\n" +
        "    npm run engines -- up && npm test      or      TIDINGS_ENGINES=1 npm test";
}
