import { OPS_RATE_SECONDS } from "../../services/ratelimit/domain/amounts.ts";
import { LimitBook } from "../../services/ratelimit/domain/limits/limit-book.ts";
import type { CallerSeries, ScenarioRun } from "./run-scenario.ts";
import type { Event } from "./scenario.ts";

const WIDTH = 920;
const HEIGHT = 400;
const PLOT = { left: 64, right: 700, top: 56, bottom: 352 };
const COLOURS = ["#3b6fb6", "#c8553d", "#3f8f5f", "#8a5ca8", "#b8862b", "#4a4a4a"];
const TICKS = 5;
/** More lines than this are drawn without names, and as one of their sum. */
const MAX_NAMED = 6;

/** What each caller got a second (whole lines) of what it wanted (dotted), as an SVG document. */
export function chartOf(run: ScenarioRun): string {
  const { scenario, series } = run;
  const isCrowd = series.length > MAX_NAMED;
  const shown = isCrowd ? [totalOf(series)] : series;
  const ceiling = ceilingOf(run);
  const highest = niceCeil(Math.max(ceiling * 1.15, ...shown.flatMap(({ got }) => got)));
  const x = (second: number) => PLOT.left + ((PLOT.right - PLOT.left) * second) / scenario.seconds;
  const y = (value: number) =>
    PLOT.bottom - ((PLOT.bottom - PLOT.top) * Math.min(value, highest)) / highest;
  const path = (values: readonly number[]) =>
    values
      .map((value, i) => `${i === 0 ? "M" : "L"}${x(i).toFixed(1)} ${y(value).toFixed(1)}`)
      .join("");
  const lines = shown.map(({ caller, wanted, got }, i) => {
    const colour = COLOURS[i % COLOURS.length];
    return (
      `<path d="${path(wanted)}" stroke="${colour}" class="wanted"/>` +
      `<path d="${path(got)}" stroke="${colour}" class="got"/>` +
      legend(i, colour, caller.name)
    );
  });
  const faint = isCrowd ? series.map(({ got }) => `<path d="${path(got)}" class="faint"/>`) : [];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif">`,
    `<style>${STYLE}</style><rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${PLOT.left}" y="22" class="title">${escaped(scenario.name)}</text>`,
    `<text x="${PLOT.left}" y="41" class="about">${escaped(scenario.about)}</text>`,
    ...grid(highest, y, scenario.seconds, x),
    ...scenario.events.map((event, i) => eventMark(event, x(event.atSecond), i)),
    `<path d="M${PLOT.left} ${y(ceiling)}H${PLOT.right}" class="ceiling"/>`,
    `<text x="${PLOT.right + 6}" y="${y(ceiling) + 4}" class="label">ceiling</text>`,
    ...faint,
    ...lines,
    `<text x="${PLOT.right + 60}" y="${PLOT.bottom}" class="label">dotted: what it wanted</text>`,
    "</svg>\n",
  ].join("\n");
}

const STYLE =
  "path{fill:none}.got{stroke-width:2}.wanted{stroke-width:1.2;stroke-dasharray:2 3;opacity:.75}" +
  ".faint{stroke:#9bb3d3;stroke-width:.6}.grid{stroke:#e4e4e4}.ceiling{stroke:#222;stroke-dasharray:8 4}" +
  ".event{stroke:#b00;stroke-width:1;opacity:.55}.title{font-size:16px;font-weight:bold}" +
  ".about{font-size:12px;fill:#555}.label{font-size:11px;fill:#444}.eventlabel{font-size:10px;fill:#b00}";

function totalOf(series: readonly CallerSeries[]): CallerSeries {
  const sum = (of: "wanted" | "got") =>
    series[0][of].map((_, second) => series.reduce((total, one) => total + one[of][second], 0));
  return {
    caller: { ...series[0].caller, name: `all ${series.length} callers` },
    wanted: sum("wanted"),
    got: sum("got"),
  };
}

/** Of the first caller's root, as the scenario begins. */
function ceilingOf({ scenario }: ScenarioRun): number {
  const book = new LimitBook(1n, scenario.limits);
  const [root] = book.line(scenario.callers[0].path);
  return (book.limitOf(root)?.limits.ceiling.ops ?? 0) / OPS_RATE_SECONDS;
}

function grid(
  highest: number,
  y: (value: number) => number,
  seconds: number,
  x: (second: number) => number,
): readonly string[] {
  const ticks = Array.from({ length: TICKS + 1 }, (_, i) => i / TICKS);
  return ticks.flatMap((part) => {
    const value = highest * part;
    const second = Math.round(seconds * part);
    return [
      `<path d="M${PLOT.left} ${y(value)}H${PLOT.right}" class="grid"/>`,
      `<text x="${PLOT.left - 8}" y="${y(value) + 4}" text-anchor="end" class="label">${value.toLocaleString("en")}</text>`,
      `<text x="${x(second)}" y="${PLOT.bottom + 18}" text-anchor="middle" class="label">${second} s</text>`,
    ];
  });
}

function legend(i: number, colour: string, name: string): string {
  const at = PLOT.top + 40 + i * 20;
  return (
    `<path d="M${PLOT.right + 60} ${at - 4}h22" stroke="${colour}" class="got"/>` +
    `<text x="${PLOT.right + 88}" y="${at}" class="label">${escaped(name)}</text>`
  );
}

/** Labels of neighbours stand at two heights. */
function eventMark(event: Event, at: number, i: number): string {
  return (
    `<path d="M${at} ${PLOT.top}V${PLOT.bottom}" class="event"/>` +
    `<text x="${at + 3}" y="${PLOT.top - 3 + (i % 2) * 12}" class="eventlabel">${escaped(wordsFor(event))}</text>`
  );
}

function wordsFor(event: Event): string {
  switch (event.kind) {
    case "coordinator-lost":
      return "lost";
    case "coordinator-back":
      return "back";
    case "limits-change":
      return "limits change";
    case "wall-clock-steps":
      return `${event.host} wall ${event.bySeconds} s`;
    case "monotonic-clock-jumps":
      return `${event.host} jumps ${event.bySeconds} s`;
  }
}

/** The next 1, 2 or 5 times a power of ten, in steps that five ticks divide. */
function niceCeil(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((one) => one * power >= value) ?? 10;
  return step * power;
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
