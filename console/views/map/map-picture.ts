import { quantity } from "../../../loadtest/report/quantities.ts";
import { type Html, html } from "../../page/html.ts";
import { type MapEdge, type MapProcess, type MeshMap, serviceOf } from "./map.ts";

interface Place {
  readonly x: number;
  readonly y: number;
}

/**
 * Where a service stands, in columns and rows: the way of a post, from the left to the right. Apps are above the gateway,
 * for a narrow screen has room for two columns.
 */
const PLACES: Readonly<Record<string, Place>> = {
  apps: { x: 0, y: 0 },
  gateway: { x: 0, y: 1 },
  ranking: { x: 0, y: 2 },
  post: { x: 1, y: 0 },
  timeline: { x: 1, y: 1 },
  friend: { x: 1, y: 2 },
  bus: { x: 2, y: 0 },
  engagement: { x: 2, y: 2 },
  fanout: { x: 3, y: 1 },
  erasure: { x: 0, y: 3 },
  growth: { x: 1, y: 3 },
  ratelimit: { x: 2, y: 3 },
  bookstore: { x: 3, y: 3 },
};
const COLUMN = 204;
const ROW = 120;
const BOX = { width: 116, height: 52 };
const MARGIN = 14;
/** Of the way along an edge: off the middle, where edges cross. */
const LABEL_AT = 0.42;

/** The map as a picture. The table beside it says the same to who can't see it. */
export function mapPicture({ processes, edges }: MeshMap): Html {
  const services = Map.groupBy(processes, ({ label }) => serviceOf(label));
  const isBus = edges.some(({ from, to }) => from === "bus" || to === "bus");
  const isAsked = edges.some(({ from }) => from === "apps");
  const names = [...(isAsked ? ["apps"] : []), ...(isBus ? ["bus"] : []), ...services.keys()];
  const shown = names.filter((name) => Object.hasOwn(PLACES, name));
  const drawn = edges.filter(({ from, to }) => shown.includes(from) && shown.includes(to));
  if (shown.length === 0) return html``;
  const frame = frameOf(shown.map((name) => cornerOf(PLACES[name])));
  return html`<div class="scroll map" role="region" aria-label="The map as a picture" tabindex="0">
<svg viewBox="${frame.x} ${frame.y} ${frame.width} ${frame.height}" width="${frame.width}" height="${frame.height}" role="img" aria-labelledby="map-title">
<title id="map-title">${drawn.map(sentenceOf).join(" ")}</title>
<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="10" markerHeight="10" markerUnits="userSpaceOnUse" orient="auto">
<path d="M0 0L8 4L0 8z" class="arrow"/></marker></defs>
${drawn.map(edgeLine)}${drawn.map(edgeLabel)}${shown.map((name) => box(name, services.get(name) ?? []))}
</svg></div>`;
}

/** What holds all boxes: it begins at the first, so that a narrow screen shows that one before it is scrolled. */
function frameOf(corners: readonly Place[]) {
  const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)];
  const [x, y] = [Math.min(...xs) - MARGIN, Math.min(...ys) - MARGIN];
  const width = Math.max(...xs) + BOX.width + MARGIN - x;
  return { x, y, width, height: Math.max(...ys) + BOX.height + MARGIN - y };
}

function sentenceOf({ from, to, what, per_second }: MapEdge): string {
  return `${from} to ${to}: ${quantity(per_second, "perSecond")} ${what}.`;
}

function box(name: string, processes: readonly MapProcess[]): Html {
  const { x, y } = cornerOf(PLACES[name]);
  const isWell = processes.every(({ state }) => state === "serving" || state === "up");
  const tone = processes.length === 0 ? "outside" : isWell ? "well" : "unwell";
  const count = processes.length > 1 ? ` ×${processes.length}` : "";
  return html`<g class="box ${tone}"><rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="7"/>
<text x="${x + BOX.width / 2}" y="${y + 22}">${name}${count}</text>
<text class="small" x="${x + BOX.width / 2}" y="${y + 40}">${stateOf(processes, isWell)}</text></g>`;
}

function stateOf(processes: readonly MapProcess[], isWell: boolean): string {
  if (processes.length === 0) return "";
  if (!isWell) return processes.find(({ state }) => state !== "serving")?.state ?? "";
  const cpu = processes.reduce((sum, { cpu_share = 0 }) => sum + cpu_share, 0);
  return `${quantity(cpu, "share")} of a core`;
}

function edgeLine(edge: MapEdge): Html {
  const { from, to } = endsOf(edge);
  const isBusy = edge.per_second > 0;
  const width = 1 + Math.log10(1 + edge.per_second);
  return html`<line class="edge${isBusy ? " busy" : ""}" x1="${from.x}" y1="${from.y}" x2="${to.x}" y2="${to.y}" stroke-width="${width.toFixed(1)}" marker-end="url(#arrow)"/>`;
}

/** Where nothing flows and nothing waits there is nothing to say. */
function edgeLabel(edge: MapEdge): Html | undefined {
  if (edge.per_second === 0 && !edge.waiting) return undefined;
  const { from, to } = endsOf(edge);
  const [x, y] = [between(from.x, to.x), between(from.y, to.y)];
  const lag = edge.p99_seconds === undefined ? "" : `p99 ${quantity(edge.p99_seconds, "seconds")}`;
  const waiting = edge.waiting ? `${quantity(edge.waiting, "count")} wait` : "";
  const lines = [quantity(edge.per_second, "perSecond"), lag, waiting].filter(
    (line) => line !== "",
  );
  return html`<text class="label${edge.failed_per_second > 0 ? " failing" : ""}" x="${x}" y="${y - 4}">${lines.map(
    (line, i) => html`<tspan x="${x}" dy="${i === 0 ? 0 : 14}">${line}</tspan>`,
  )}</text>`;
}

function between(from: number, to: number): number {
  return Math.round(from + (to - from) * LABEL_AT);
}

/** Where an edge leaves one box and meets the other. Edges that go both ways lie beside each other. */
function endsOf({ from, to }: MapEdge): { readonly from: Place; readonly to: Place } {
  const [start, end] = [centreOf(PLACES[from]), centreOf(PLACES[to])];
  return { from: borderOf(start, end), to: borderOf(end, start) };
}

/** The point of a box's border on the way from its centre to another. */
function borderOf(centre: Place, toward: Place): Place {
  const [dx, dy] = [toward.x - centre.x, toward.y - centre.y];
  const share = Math.min(
    dx === 0 ? Number.POSITIVE_INFINITY : (BOX.width / 2 + 3) / Math.abs(dx),
    dy === 0 ? Number.POSITIVE_INFINITY : (BOX.height / 2 + 3) / Math.abs(dy),
  );
  return { x: Math.round(centre.x + dx * share), y: Math.round(centre.y + dy * share) };
}

function cornerOf({ x, y }: Place): Place {
  return { x: MARGIN + x * COLUMN, y: MARGIN + y * ROW };
}

function centreOf(place: Place): Place {
  const { x, y } = cornerOf(place);
  return { x: x + BOX.width / 2, y: y + BOX.height / 2 };
}
