import { basename, extname } from "node:path";
import { ScenarioError } from "../../scenarios/scenario-error.ts";
import { SCENARIO_FILES } from "../../scenarios/scenario-files.ts";
import { isRecord, problemsOf, variantProblems } from "../../scenarios/validation/form-problems.ts";
import { PACES } from "../../scenarios/validation/schema.ts";
import { publishedHere } from "../published/published.ts";
import { besideFile } from "./beside-file.ts";
import type { CallScenario, CallSpec, TargetSpec } from "./call-scenario.ts";
import { calls, type GivenCalls, UNNAMED } from "./define.ts";
import { CALL_SCENARIO } from "./schema.ts";

/** What is asked for beside a file, named as its flags. */
export interface CallOverrides {
  readonly rate?: number | undefined;
  readonly seconds?: number | undefined;
  readonly warmUp?: number | undefined;
  readonly threshold?: readonly string[] | undefined;
  readonly seed?: number | undefined;
  /** In place of where the scenario's own is. */
  readonly target?: TargetSpec | undefined;
}

/**
 * The scenario of calls in a file, or a published one by name, with what was asked for beside it; undefined
 * when the file holds none, or is no file. Throws a ScenarioError that names every mistake.
 */
export async function readCalls(
  path: string,
  overrides: CallOverrides,
): Promise<CallScenario | undefined> {
  const published = publishedHere(path, process.env);
  if (published) return withOverrides(published, overrides);
  const extension = extname(path);
  const given = await SCENARIO_FILES[extension]?.(path).catch(() => undefined); // whoever reads it next says why
  if (!isRecord(given)) return undefined;
  if (given.kind !== "calls") {
    const problem = kindProblem(given);
    if (problem === undefined) return undefined;
    throw new ScenarioError(basename(path, extension), [problem]);
  }
  const asGiven = calls(given as unknown as GivenCalls);
  const isNamed = asGiven.name !== UNNAMED;
  const whole = isNamed ? asGiven : { ...asGiven, name: basename(path, extension) };
  checkCalls(whole);
  return withOverrides(besideFile(whole, path), overrides);
}

/** A scenario of the mesh's own sessions has no kind: whoever gives one, or flows, means calls. */
function kindProblem({ kind, flows }: Readonly<Record<string, unknown>>): string | undefined {
  if (kind === undefined && flows === undefined) return undefined;
  const found = kind === undefined ? "it is missing, and there are flows" : JSON.stringify(kind);
  return `kind: ${found}: give "calls" for calls of any target, and none for sessions of the mesh.`;
}

function withOverrides(
  whole: CallScenario,
  { rate, seconds, warmUp, threshold, seed, target }: CallOverrides,
): CallScenario {
  const scenario = {
    ...whole,
    target: { ...whole.target, ...target },
    perSecond: rate ?? whole.perSecond,
    seconds: seconds ?? whole.seconds,
    warmUpSeconds: warmUp ?? whole.warmUpSeconds,
    thresholds: threshold ?? whole.thresholds,
    seed: seed ?? whole.seed,
  };
  checkCalls(scenario);
  return scenario;
}

/** Throws a ScenarioError that names every mistake of its form. */
export function checkCalls(scenario: CallScenario): void {
  const form = [
    ...problemsOf(CALL_SCENARIO, scenario, ""),
    ...variantProblems(PACES, "shape", scenario.pace, "pace"),
  ];
  const problems = form.length > 0 ? form : stepProblems(scenario);
  if (problems.length > 0) throw new ScenarioError(scenario.name, problems);
}

function stepProblems({ flows, target, trace }: CallScenario): readonly string[] {
  const isGrpc = target.protocol === "grpc";
  const asked = flows.flatMap(({ steps }, flow) =>
    steps.flatMap((step, i) => {
      const where = `flows[${flow}].steps[${i}]`;
      return [...askedProblems(step, where, isGrpc), ...thinkProblems(step, where)];
    }),
  );
  const traced = trace === undefined ? [] : [TRACE];
  return [...traced, ...asked, ...nameProblems(flows)];
}

/** Its calls would be made by whatever flow has their place, and those beyond the last left out. */
const TRACE =
  "trace: what is called is in it, and flows beside it say something else: leave it out, and give the trace to `load replay`.";

/** Names that were given are those of the table and of thresholds: each is of one step. */
function nameProblems(flows: CallScenario["flows"]): readonly string[] {
  const first = new Map<string, string>();
  return flows.flatMap(({ group, steps }, flow) =>
    steps.flatMap(({ name }, i) => {
      if (name === undefined) return [];
      const where = `flows[${flow}].steps[${i}]`;
      const whole = group === undefined ? name : `${group}.${name}`;
      const other = first.get(whole);
      if (other === undefined) first.set(whole, where);
      return other === undefined
        ? []
        : [`${where}.name: "${whole}" is the name of ${other} too: give each a name of its own.`];
    }),
  );
}

function askedProblems(
  { method, request }: CallSpec,
  where: string,
  isGrpc: boolean,
): readonly string[] {
  if (isGrpc && (method === undefined || request !== undefined)) {
    return [`${where}: a call of gRPC has a method, as "package.Service/Method", and no request.`];
  }
  if (!isGrpc && (request === undefined || method !== undefined)) {
    return [`${where}: a call of HTTP has a request, as "GET /v1/items", and no method.`];
  }
  return [];
}

const MAX_THINK_MS = 3_600_000;

function thinkProblems({ thinkMs = 0 }: CallSpec, where: string): readonly string[] {
  const [least, most] = Array.isArray(thinkMs) ? thinkMs : [thinkMs, thinkMs];
  if (least >= 0 && most >= least && most <= MAX_THINK_MS) return [];
  return [
    `${where}.thinkMs: ${JSON.stringify(thinkMs)} is no pause: give ms, or [least, most], up to ${MAX_THINK_MS}.`,
  ];
}
