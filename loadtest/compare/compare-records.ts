import { figuresOf, type OperationFigures, type Times } from "../results/figures-of.ts";
import type { RunResult } from "../results/run-result.ts";

/** A figure of both records; undefined where a generator was too late to know it. */
export interface RecordRow {
  readonly what: string;
  readonly a: number | undefined;
  readonly b: number | undefined;
  /** B over A. */
  readonly ratio: number | undefined;
}

/** Two recorded runs beside each other. One run is one sample: nothing is said of chance. */
export interface ComparedRecords {
  /** What was not the same, so that the times may differ for that alone: name, A's, B's. */
  readonly differing: readonly (readonly [what: string, a: string, b: string])[];
  readonly rows: readonly RecordRow[];
  /** Operations that only one of them has. */
  readonly alone: readonly string[];
}

const TIMES = ["p50", "p95", "p99"] as const satisfies readonly (keyof Times)[];

/** `a` and `b` as their files have them. */
export function compareRecords(a: RunResult, b: RunResult): ComparedRecords {
  const [ofA, ofB] = [figuresOf(a), figuresOf(b)];
  const inB = new Map(ofB.operations.map((one) => [one.name, one]));
  const both = ofA.operations.flatMap((one) => {
    const other = inB.get(one.name);
    return other ? [[one, other] as const] : [];
  });
  const shared = new Set(both.map(([{ name }]) => name));
  const lags = Object.keys(ofA.distributions).filter((name) => name in ofB.distributions);
  return {
    differing: differencesOf(a, b),
    rows: [
      ...both.flatMap(([one, other]) => operationRows(one, other)),
      ...lags.flatMap((name) => timeRows(name, ofA.distributions[name], ofB.distributions[name])),
      ...cpuRows(ofA.cpu, ofB.cpu),
    ],
    alone: [...ofA.operations, ...ofB.operations]
      .map(({ name }) => name)
      .filter((name) => !shared.has(name)),
  };
}

function operationRows(a: OperationFigures, b: OperationFigures): readonly RecordRow[] {
  return [
    row(`${a.name}, sent a second`, a.sentPerSecond, b.sentPerSecond),
    row(`${a.name}, failed, %`, 100 * a.failedShare, 100 * b.failedShare),
    ...timeRows(a.name, a.response, b.response),
  ];
}

function timeRows(name: string, a: Times, b: Times): readonly RecordRow[] {
  return TIMES.map((time) => row(`${name}, ${time}, ms`, a[time], b[time]));
}

function cpuRows(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): readonly RecordRow[] {
  return Object.keys(a)
    .filter((label) => label in b)
    .map((label) => row(`CPU of ${label}, cores`, a[label], b[label]));
}

function row(what: string, a: number | undefined, b: number | undefined): RecordRow {
  const ratio = a === undefined || b === undefined || a === 0 ? undefined : b / a;
  return { what, a, b, ratio };
}

/** All that could make two runs differ, but for what they are compared for. */
function differencesOf(a: RunResult, b: RunResult): ComparedRecords["differing"] {
  const facts = ({ machine, target, scenario, measured, generators, verdict }: RunResult) => ({
    ...scenarioFacts(scenario),
    "machine, cores": String(machine.cpus),
    "machine, processor": machine.model,
    "machine, GiB": String(machine.memoryGiB),
    "Node.js": machine.node,
    target: target.kind,
    engine: target.engine,
    commit: target.commit,
    variables: JSON.stringify(target.env),
    driver: measured.driver.name,
    generators: String(generators),
    verdict: verdict.outcome,
  });
  const [ofA, ofB]: readonly Readonly<Record<string, string>>[] = [facts(a), facts(b)];
  return [...new Set([...Object.keys(ofA), ...Object.keys(ofB)])]
    .filter((what) => ofA[what] !== ofB[what])
    .map((what) => [what, ofA[what] ?? "", ofB[what] ?? ""] as const);
}

/** Field by field: what was changed is seen. */
function scenarioFacts(scenario: RunResult["scenario"]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(scenario).map(([name, value]) => [`scenario, ${name}`, JSON.stringify(value)]),
  );
}
