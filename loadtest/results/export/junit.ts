import type { Figures } from "../figures-of.ts";

/** A test suite a run and a test case a threshold, as CI servers read them (JUnit's XML). */
export function junitOf(runs: readonly Figures[]): string {
  const suites = runs.map(suiteOf).join("");
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites}</testsuites>\n`;
}

function suiteOf(run: Figures): string {
  const { scenario, startedAt, seconds, thresholds, outcome } = run;
  const cases = [
    ...thresholds.map(({ text, outcome: one, reason }) => ({
      name: text,
      problem: one === "passed" ? undefined : (reason ?? one.toUpperCase()),
    })),
    {
      name: "the run as a whole",
      problem:
        outcome === "passed"
          ? undefined
          : [run.failure, ...run.reasons].filter((why) => why !== undefined).join(" ") || outcome,
    },
  ];
  const failures = cases.filter(({ problem }) => problem !== undefined).length;
  const attributes = `name="${escaped(scenario)}" tests="${cases.length}" failures="${failures}" time="${seconds}" timestamp="${escaped(startedAt)}"`;
  const lines = cases.map(({ name, problem }) => {
    const open = `    <testcase classname="${escaped(scenario)}" name="${escaped(name)}"`;
    if (problem === undefined) return `${open}/>\n`;
    const message = escaped(problem);
    return `${open}><failure message="${message}">${message}</failure></testcase>\n`;
  });
  return `  <testsuite ${attributes}>\n${lines.join("")}  </testsuite>\n`;
}

/** Characters that XML 1.0 does not take at all are left out. */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd]/g, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
