import type { Outcome } from "./strategies.ts";

const WIDTH = 760;
const ROW = 34;
const LEFT = 230;
const RIGHT = 90;
const TOP = 64;
const INK = "#24292f";
const WRITE = "#c2553a";
const READ = "#3a6ea5";

/** CPU a daily user by strategy, written and read, as a picture. The longest bar is cut: one would hide all others. */
export function strategiesSvg(outcomes: readonly Outcome[]): string {
  const totals = outcomes.map(({ writeUs, readUs }) => writeUs + readUs);
  const [longest, most = longest] = totals.toSorted((a, b) => b - a);
  const height = TOP + outcomes.length * ROW + 30;
  const bars = outcomes.map((outcome, i) => bar(outcome, i, most));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    label(
      16,
      26,
      "Server CPU a daily user and day, microseconds",
      'font-size="16" font-weight="bold"',
    ),
    legend(16, WRITE, "to deliver"),
    legend(120, READ, "to read pages"),
    ...bars,
    "</svg>",
  ].join("\n");
}

function bar({ name, writeUs, readUs }: Outcome, index: number, most: number): string {
  const y = TOP + index * ROW;
  const isCut = writeUs + readUs > most;
  const scale = (WIDTH - LEFT - RIGHT) / Math.max(most, writeUs + readUs);
  const write = writeUs * scale;
  const read = readUs * scale;
  const total = Math.round(writeUs + readUs).toLocaleString("en");
  return [
    label(LEFT - 10, y + 17, name, 'text-anchor="end"'),
    `<rect x="${LEFT}" y="${y}" width="${write.toFixed(1)}" height="22" fill="${WRITE}"/>`,
    `<rect x="${(LEFT + write).toFixed(1)}" y="${y}" width="${read.toFixed(1)}" height="22" fill="${READ}"/>`,
    label(LEFT + write + read + 8, y + 17, isCut ? `${total}, cut` : total),
  ].join("\n");
}

function legend(x: number, colour: string, text: string): string {
  return `<rect x="${x}" y="38" width="12" height="12" fill="${colour}"/>\n${label(x + 18, 49, text)}`;
}

function label(x: number, y: number, text: string, more = ""): string {
  return `<text x="${x.toFixed(1)}" y="${y}" fill="${INK}" ${more}>${text}</text>`;
}
