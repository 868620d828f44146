import { stringify } from "yaml";
import { ALERTS, type Alert } from "./alerts.ts";
import { BURNS, OBJECTIVES, type Objective, recordedName } from "./objectives.ts";

const HEAD = "# Made by `npm run monitoring`. Do not edit: change tools/monitoring.\n";
const RUNBOOK = "docs/operations.md#";

/** deploy/monitoring/rules.yaml: recorded ratios, alerts by burn rate, alerts by cause. */
export function rulesFile(): string {
  const groups = [
    { name: "tidings-objectives", rules: OBJECTIVES.flatMap(recordings) },
    { name: "tidings-burn", rules: OBJECTIVES.flatMap(burnAlerts) },
    { name: "tidings-causes", rules: ALERTS.map(causeAlert) },
  ];
  return HEAD + stringify({ groups }, { lineWidth: 100 });
}

function recordings(objective: Objective) {
  const windows = new Set(BURNS.flatMap(({ long, short }) => [long, short]));
  return [...windows].map((window) => ({
    record: recordedName(objective, window),
    expr: objective.badRatio(window),
  }));
}

function burnAlerts(objective: Objective) {
  return BURNS.map(({ severity, long, short, factor, spends }) => {
    const limit = Number((factor * objective.budget).toPrecision(3));
    const burns = (window: string) => `${recordedName(objective, window)} > ${limit}`;
    return {
      alert: burnAlertName(objective),
      expr: `${burns(long)} and ${burns(short)}`,
      labels: { severity, objective: objective.name, window: long },
      annotations: {
        summary: `${objective.promise}: it spends ${spends}`,
        runbook: RUNBOOK + burnAlertName(objective).toLowerCase(),
      },
    };
  });
}

export function burnAlertName({ name }: Objective): string {
  const words = name.split("-").map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `Tidings${words.join("")}Burns`;
}

function causeAlert({ name, expr, for: lasting, severity, summary }: Alert) {
  return {
    alert: name,
    expr,
    for: lasting,
    labels: { severity },
    annotations: { summary, runbook: RUNBOOK + name.toLowerCase() },
  };
}
