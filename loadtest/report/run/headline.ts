import { failedShare } from "../../measure/operation-record.ts";
import { judgeQuantile } from "../../measure/validity.ts";
import { sendingSeconds } from "../../results/sending-seconds.ts";
import { type Figure, figureRow } from "../figures.ts";
import { type Html, html } from "../html.ts";
import { quantity, shortQuantity } from "../quantities.ts";
import { judgedTime } from "./judged.ts";
import type { RunView } from "./run-view.ts";

/** Most of the load lies on few operations. */
const MAX_OPERATIONS = 2;
const MAX_DISTRIBUTIONS = 2;

/** The row of figures below the verdict. */
export function headline(view: RunView): Html {
  return figureRow([
    loadFigure(view.result.scenario),
    sentFigure(view),
    ...timeFigures(view),
    failedFigure(view),
    ...counterFigures(view),
    ...cpuFigures(view),
  ]);
}

function loadFigure(scenario: RunView["result"]["scenario"]): Figure {
  if ("kind" in scenario) {
    const value = shortQuantity(scenario.perSecond, "perSecond");
    return { name: "Load", value, note: "at pace 1" };
  }
  const { dailyUsers, load } = scenario;
  if (load.kind === "closed") {
    return { name: "Callers", value: quantity(load.callers, "count"), note: "closed loop" };
  }
  if (load.kind === "mix") {
    return { name: "Load", value: shortQuantity(load.perSecond, "perSecond"), note: "at pace 1" };
  }
  return { name: "Daily users", value: shortQuantity(dailyUsers, "count"), note: "at pace 1" };
}

function sentFigure({ measured, result }: RunView): Figure {
  const sum = (key: "sent" | "intended") =>
    measured.operations.reduce((total, { counts }) => total + counts[key], 0);
  const ofIntended = quantity(sum("sent") / sum("intended"), "share");
  const perSecond = measured.seconds > 0 ? sum("sent") / sendingSeconds(result) : undefined;
  return {
    name: "Sent",
    value: shortQuantity(perSecond, "perSecond"),
    note: `${ofIntended} of the intended`,
  };
}

function timeFigures({ measured }: RunView): readonly Figure[] {
  const busiest = measured.operations
    .filter(({ response }) => response.totalCount > 0)
    .toSorted((a, b) => b.counts.intended - a.counts.intended)
    .slice(0, MAX_OPERATIONS)
    .map(({ name, response, lateness }) => ({ name, values: response, lateness }));
  const others = [...measured.distributions]
    .filter(([, { values }]) => values.totalCount > 0)
    .slice(0, MAX_DISTRIBUTIONS)
    .map(([name, distribution]) => ({ name, ...distribution }));
  return [...others, ...busiest].map(({ name, values, lateness }) => ({
    name: `${name} p99`,
    value: judgedTime(judgeQuantile(values, lateness, 0.99)),
    note: html`p50 ${judgedTime(judgeQuantile(values, lateness, 0.5))}`,
  }));
}

function failedFigure({ measured }: RunView): Figure {
  const intended = measured.operations.reduce((sum, { counts }) => sum + counts.intended, 0);
  const bad = measured.operations.reduce(
    (sum, operation) => sum + failedShare(operation) * operation.counts.intended,
    0,
  );
  return {
    name: "No good answer",
    value: quantity(intended === 0 ? undefined : bad / intended, "share"),
    note: `${quantity(bad, "count")} of ${shortQuantity(intended, "count")}`,
  };
}

function counterFigures({ measured }: RunView): readonly Figure[] {
  const lost = measured.counters.get("lost");
  return lost === undefined
    ? []
    : [{ name: "Lost posts", value: quantity(lost, "count"), note: "seen by probes" }];
}

function cpuFigures({ result, measured }: RunView): readonly Figure[] {
  const { processes } = result.resources;
  const target = processes.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0) / measured.seconds;
  const generators = measured.machines.reduce((sum, { cpuShare }) => sum + cpuShare, 0);
  return [
    ...(processes.length > 0
      ? [{ name: "Target's CPU", value: quantity(target, "cores"), note: coresNote(result) }]
      : []),
    ...(measured.machines.length > 0
      ? [{ name: "Generators' CPU", value: quantity(generators, "cores"), note: coresNote(result) }]
      : []),
  ];
}

function coresNote({ machine }: RunView["result"]): string {
  return `of ${machine.cpus} cores`;
}
