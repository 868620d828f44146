import { isSteady, type MachineReport } from "../../measure/machine/conditions.ts";
import { deliveryText } from "../../results/delivery-text.ts";
import type { Fill, RunResult } from "../../results/run-result.ts";
import type { Scenario } from "../../scenarios/scenario.ts";
import { type Content, type Html, html } from "../html.ts";
import { quantity } from "../quantities.ts";
import { dateText, facts, jsonDetails, section, sentences, table } from "../table.ts";
import type { RunView } from "./run-view.ts";

/** What was run, so that it can be done again, and what of the whole it shows. */
export function whatRan({ result, measured }: RunView, id: string): Html {
  const { scenario, slice, command, generators, part } = result;
  const { ceilingPerSecond, name } = measured.driver;
  const ceiling =
    ceilingPerSecond === undefined
      ? "not measured"
      : `${quantity(ceilingPerSecond, "perSecond")} against a server that does nothing`;
  return section(
    id,
    "What was run",
    facts([
      ["To repeat it", html`<code class="command">${command}</code>`],
      ...("kind" in scenario
        ? ([["Load", `${slice.text} Pace: ${scenario.pace.shape}`]] as const)
        : ([
            ["World", worldText(scenario)],
            ["Load", loadText(scenario)],
            ["Slice", slice.text],
          ] as const)),
      ["Length", lengthText(scenario)],
      ["Generators", `${generators}, driver ${name}; its ceiling: ${ceiling}`],
      [
        "Part",
        part && `${part.index} (from 0) of ${part.of} of the run "${part.run}": see load merge`,
      ],
    ]),
    slice.preserves.length > 0 && html`<h4>The slice preserves</h4>${sentences(slice.preserves)}`,
    slice.loses.length > 0 && html`<h4>The slice loses</h4>${sentences(slice.loses)}`,
    jsonDetails("The scenario as JSON", scenario),
  );
}

function worldText({ world }: Scenario): string {
  const mean = world.meanFriends === undefined ? "as published" : `${world.meanFriends} on average`;
  return `${quantity(world.people, "count")} people, seed ${world.seed}, friends ${mean}`;
}

function loadText({ load, dailyUsers, streams, pace, surges, faults }: Scenario): string {
  const base = {
    sessions: () => `sessions of ${quantity(dailyUsers, "count")} daily users at their peak`,
    mix: () =>
      `calls by hand${"perSecond" in load ? `, ${quantity(load.perSecond, "perSecond")}` : ""}`,
    closed: () => `closed loop${"callers" in load ? `, ${load.callers} callers` : ""}`,
  }[load.kind]();
  const via = load.kind === "sessions" ? ` over ${load.via === "rest" ? "REST" : "gRPC"}` : "";
  const beside = [
    ...(streams ? [`${quantity(streams, "count")} live streams held open`] : []),
    ...[...surges, ...faults].map(
      ({ kind, atSecond }) => `${kind} at ${quantity(atSecond, "clock")}`,
    ),
  ];
  return [`${base}${via}, pace: ${pace.shape}`, ...beside].join("; ");
}

function lengthText({
  warmUpSeconds,
  seconds,
}: Pick<Scenario, "warmUpSeconds" | "seconds">): string {
  return `${quantity(seconds, "clock")} measured, after ${quantity(warmUpSeconds, "clock")} of warm-up`;
}

/** The machine, the target, and what the generators met on their machines. */
export function onWhat({ result, measured }: RunView, id: string): Html {
  const { machine, target, startedAt } = result;
  const env = Object.entries(target.env).map(
    ([name, value]) => html`<code>${name}=${value}</code> `,
  );
  return section(
    id,
    "On what",
    facts([
      ["Started", dateText(startedAt)],
      [
        "Machine",
        `${machine.cpus} cores, ${machine.model}, ${quantity(machine.memoryGiB, "count")} GiB`,
      ],
      [
        "Node",
        target.kind === "any"
          ? `${machine.node} (generators)`
          : `${machine.node} (generators), ${target.node} (target)`,
      ],
      ...(target.kind === "any"
        ? ([["Target", `${(target.addresses ?? []).join(", ")} over ${target.protocol}`]] as const)
        : ([
            [
              "Target",
              `${target.kind}, engine ${target.engine}, ${target.timelines} timelines, of ${target.owners} owners`,
            ],
            ["Delivery", target.delivery && deliveryText(target.delivery)],
            ["Commit", html`<code>${target.commit}</code>`],
            ["Variables", env.length === 0 ? "none beyond the defaults" : env],
          ] as const)),
    ]),
    measured.machines.length > 0 && conditionsTable(measured.machines),
  );
}

function conditionsTable(machines: readonly MachineReport[]): Html {
  const columns = [
    { name: "Generator on" },
    ...[
      "CPU, cores",
      "Niceness",
      "Stolen",
      "Throttled",
      "Waited for CPU",
      "Probe after ÷ before",
      "Clock stepped",
    ].map((name) => ({
      name,
      isNumber: true,
    })),
  ];
  const rows = machines.map((machine): readonly Content[] => [
    machine.host,
    quantity(machine.cpuShare, "cores"),
    quantity(machine.niceness, "count"),
    quantity(machine.stealShare, "share"),
    quantity(machine.throttledShare, "share"),
    quantity(machine.pressureShare, "share"),
    isSteady(machine)
      ? quantity(machine.probeRatio, "ratio")
      : html`${quantity(machine.probeRatio, "ratio")} <strong class="bad">⚠ INCONCLUSIVE</strong>`,
    quantity(machine.wallStepMs === undefined ? undefined : machine.wallStepMs * 1000, "micros"),
  ]);
  return table("What the generators met (shares of one core's time)", columns, rows);
}

/** How full the stores were: pages of a full target and of an empty one are different figures. */
export function fill({ fill, target }: RunResult, id: string): Html {
  if (!fill) {
    const why =
      target.kind === "own mesh"
        ? "Stores began empty: pages are shorter and cheaper than they would be (see load prefill)."
        : "Not known: the target was not started here.";
    return section(id, "Fill", html`<p class="nothing">${why}</p>`);
  }
  const { start, end } = fill;
  const services = [...new Set([...Object.keys(start.bytes), ...Object.keys(end.bytes)])];
  const count = (name: string, key: "posts" | "activeViewers" | "entries") => [
    name,
    quantity(start[key], "count"),
    quantity(end[key], "count"),
  ];
  const bytes = ({ bytes }: Fill, service: string) => quantity(bytes[service], "bytes");
  const rows = [
    count("Posts", "posts"),
    count("Active viewers", "activeViewers"),
    count("Timeline entries", "entries"),
    ...services.map((service) => [
      `On disk: ${service}`,
      bytes(start, service),
      bytes(end, service),
    ]),
    ["Caches", start.caches, end.caches],
  ];
  const columns = [
    { name: "What" },
    { name: "At start", isNumber: true },
    { name: "At end", isNumber: true },
  ];
  return section(id, "Fill", table("How full the stores were", columns, rows));
}
