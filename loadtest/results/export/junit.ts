import { type Figures, troublesOf } from "../figures-of.ts";

const WHOLE = "the run came to its end, with the load that was asked for";
const UNASKED = "no threshold was given: nothing was judged";
/** The reason of a threshold stands with it; this one says what would help. */
const ADVICE = "To make the generator punctual";

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
    { name: WHOLE, problem: ownProblem(run) },
  ];
  const isSkipped = outcome === "no verdict";
  const failures = cases.filter(({ problem }) => problem !== undefined).length;
  const attributes = `name="${escaped(scenario)}" tests="${cases.length}" failures="${failures}" skipped="${isSkipped ? 1 : 0}" time="${seconds}" timestamp="${escaped(startedAt)}"`;
  const lines = cases.map(({ name, problem }) => {
    const open = `    <testcase classname="${escaped(scenario)}" name="${escaped(name)}"`;
    if (isSkipped) return `${open}><skipped message="${UNASKED}"/></testcase>\n`;
    if (problem === undefined) return `${open}/>\n`;
    const message = escaped(problem);
    return `${open}><failure message="${message}">${message}</failure></testcase>\n`;
  });
  return `  <testsuite ${attributes}>\n${lines.join("")}${saidOf(run)}  </testsuite>\n`;
}

/** What came instead of good answers, an operation a line. */
function saidOf({ operations }: Figures): string {
  const lines = operations.flatMap((operation) => {
    const troubles = troublesOf(operation);
    return troubles === "" ? [] : [`${operation.name}: ${troubles}`];
  });
  return lines.length === 0 ? "" : `    <system-out>${escaped(lines.join("\n"))}</system-out>\n`;
}

/** What is wrong with the run apart from its thresholds: each of these is a case of its own. */
function ownProblem({ failure, reasons, thresholds }: Figures): string | undefined {
  const said = new Set(thresholds.map(({ reason }) => reason));
  const own = reasons.filter((reason) => !said.has(reason) && !reason.startsWith(ADVICE));
  const all = failure === undefined ? own : [failure, ...own];
  return all.length === 0 ? undefined : all.join(" ");
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
