import { decodeHistogram, newHistogram } from "../../measure/histogram.ts";
import type { SimulationFile, SimulationResult } from "../../simulate/simulation-result.ts";
import { chart, charts } from "../charts/chart.ts";
import { highest } from "../charts/largest-lines.ts";
import { type Figure, figureRow } from "../figures.ts";
import { type Html, html } from "../html.ts";
import { quantity, shortQuantity } from "../quantities.ts";
import type { Badge, ReportKind } from "../report-kind.ts";
import { tailChart } from "../run/tail.ts";
import {
  dateText,
  facts,
  jsonDetails,
  section,
  sentences,
  table,
  verdictSection,
} from "../table.ts";
import { chartsOverDay, outageMarks } from "./over-day.ts";

/** A simulated day: nothing of it was measured, and the page says so. */
export const simulationKind: ReportKind<SimulationFile> = {
  name: "Simulation",
  title: ({ model, seconds }) =>
    `${shortQuantity(model.load.postsADay, "count")} posts a day, ${quantity(seconds, "seconds")} simulated`,
  badge: badgeOf,
  body(result, id) {
    return html`<p class="about">Computed from a model, not measured: the write path from the acknowledged
        post to the friends' timelines.</p>
      <p class="meta">${dateText(result.startedAt)}</p>
      ${verdictBox(result)}
      ${figureRow(figures(result))}
      ${overTime(result, `${id}-time`)}
      ${tail(result, `${id}-tail`)}
      ${section(`${id}-counts`, "Counts", countsTable(result))}
      ${modelFacts(result, `${id}-model`)}`;
  },
};

function badgeOf({ counts }: SimulationResult): Badge {
  if (counts.held > 0) return { word: "NOT ALL DELIVERED", tone: "bad" };
  if (counts.dropped > 0) return { word: "POSTS DROPPED", tone: "bad" };
  return { word: "All delivered", tone: "good" };
}

function verdictBox(result: SimulationResult): Html {
  const { posts, held, dropped } = result.counts;
  const of = `of ${quantity(posts, "count")} acknowledged posts`;
  const stuck = `${quantity(held, "count")} ${of} were still on their way when the simulation gave up waiting.`;
  return verdictSection(
    badgeOf(result),
    sentences([
      ...(held > 0 ? [stuck] : []),
      ...(dropped > 0 ? [`${quantity(dropped, "count")} ${of} are dead letters.`] : []),
    ]),
  );
}

function figures({ lag, windows, windowSeconds, counts }: SimulationResult): readonly Figure[] {
  const peak = (values: readonly number[]) =>
    shortQuantity(highest(values) / windowSeconds, "perSecond");
  return [
    { name: "Lag p50", value: quantity(lag.p50Micros, "micros") },
    { name: "Lag p99", value: quantity(lag.p99Micros, "micros") },
    { name: "Lag p99.9", value: quantity(lag.p999Micros, "micros") },
    { name: "Lag, longest", value: quantity(lag.maxMicros, "micros") },
    { name: "Posts", value: peak(windows.posts), note: "at the highest" },
    { name: "Deliveries", value: peak(windows.deliveries), note: "at the highest" },
    {
      name: "Calls timed out",
      value: quantity(counts.timedOutCalls, "count"),
      note: `of ${shortQuantity(counts.appendCalls, "count")}`,
    },
  ];
}

function overTime(result: SimulationResult, id: string): Html {
  const marks = outageMarks(result);
  const rows = marks.map(({ at, text }, i) => [String(i + 1), quantity(at, "timeOfDay"), text]);
  return section(
    id,
    "Over time",
    rows.length > 0 &&
      table(
        "Outages, numbered as in the charts",
        [{ name: "No." }, { name: "At (UTC)" }, { name: "What" }],
        rows,
      ),
    charts(chartsOverDay(result).map((spec) => chart(spec))),
  );
}

function tail({ lag }: SimulationResult, id: string): Html {
  const values = decodeHistogram(lag.histogram);
  const spec = tailChart("Lag of deliveries", {
    judged: { label: "lag", values },
    lateness: newHistogram(),
  });
  return section(
    id,
    "Percentiles",
    charts([chart(spec, "Longer than an hour counts as an hour.")]),
  );
}

const COUNTS = [
  ["Posts acknowledged", "posts"],
  ["Posts delivered", "delivered"],
  ["Posts dropped (dead letters)", "dropped"],
  ["Posts still held at the end", "held"],
  ["Posts cut into chunks", "longPosts"],
  ["Chunks", "chunks"],
  ["Entries stored", "deliveries"],
  ["Entries given to owners, repeats included", "appended"],
  ["Entries for friends who are not active", "notStored"],
  ["Messages handed out again", "redeliveries"],
  ["Deaths of workers", "workerDeaths"],
  ["AppendEntries calls", "appendCalls"],
  ["Posts in these calls", "pieces"],
  ["Calls not begun before their deadline", "timedOutCalls"],
  ["Snapshots of owners", "snapshots"],
] as const;

function countsTable({ counts }: SimulationResult): Html {
  const rows = COUNTS.map(([name, key]) => [name, quantity(counts[key], "count")]);
  return table(
    "From the first post to the last",
    [{ name: "What" }, { name: "Count", isNumber: true }],
    rows,
  );
}

function modelFacts({ model, seed, fromSecond, command }: SimulationFile, id: string): Html {
  const { load, processes, engine } = model;
  const { post, friend, fanout, timeline } = processes;
  return section(
    id,
    "What was computed",
    facts([
      ["To repeat it", html`<code>${command}</code>`],
      ["Engine", engine],
      [
        "Load",
        `${quantity(load.postsADay, "count")} posts and ${quantity(load.pagesADay, "count")} pages a day, by the day of: ${load.zones}`,
      ],
      ["Processes", `${post} post, ${friend} friend, ${fanout} fan-out, ${timeline} timeline`],
      ["From", `${quantity(fromSecond, "timeOfDay")} UTC`],
      ["Seed", seed],
    ]),
    jsonDetails("The model as JSON", model),
  );
}
