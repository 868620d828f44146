/** How many calls waited for their answer, over time. */
export interface Queue {
  /** Even steps from 0 to `endMs`; the most that waited within each. */
  readonly waiting: readonly number[];
  readonly endMs: number;
}

interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** The queue as its callers saw it. */
export function queueOf(spans: readonly Span[], steps: number): Queue {
  const beginMs = Math.min(...spans.map(({ startMs }) => startMs));
  const endMs = Math.max(...spans.map((span) => span.endMs)) - beginMs;
  const stepMs = Math.max(endMs / steps, Number.MIN_VALUE);
  const waiting = Array.from({ length: steps }, (_, i) => {
    const from = beginMs + i * stepMs;
    return spans.filter((span) => span.startMs < from + stepMs && span.endMs > from).length;
  });
  return { waiting, endMs };
}

const BLOCKS = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
const ROWS = 8;
const LABEL = 6;

/** The queue for a terminal: calls upwards, time to the right. */
export function drawQueue({ waiting, endMs }: Queue): string {
  const most = Math.max(1, ...waiting);
  const rows = Array.from({ length: ROWS }, (_, i) => {
    const row = ROWS - 1 - i;
    const label = i === 0 ? String(most) : "";
    const bars = waiting.map((count) => {
      const eighths = Math.round((count / most) * ROWS * 8) - row * 8;
      return BLOCKS[Math.min(8, Math.max(0, eighths))];
    });
    return `${label.padStart(LABEL)} │${bars.join("")}`;
  });
  const axis = `${"0".padStart(LABEL)} └${"─".repeat(waiting.length)}`;
  const end = `${endMs.toFixed(0)} ms`;
  const times = `${" ".repeat(LABEL + 2)}0${end.padStart(waiting.length - 1)}`;
  return ["calls that wait", ...rows, axis, times].join("\n");
}

const WIDTH = 640;
const HEIGHT = 240;
const MARGIN = 40;

/** The same as an SVG. */
export function queueSvg({ waiting, endMs }: Queue): string {
  const most = Math.max(1, ...waiting);
  const x = (i: number) => MARGIN + (i / waiting.length) * (WIDTH - 2 * MARGIN);
  const y = (count: number) => HEIGHT - MARGIN - (count / most) * (HEIGHT - 2 * MARGIN);
  const steps = waiting.map((count, i) => `L${x(i)} ${y(count)}L${x(i + 1)} ${y(count)}`);
  const path = `M${x(0)} ${y(0)}${steps.join("")}L${x(waiting.length)} ${y(0)}Z`;
  const text = (at: readonly [number, number], anchor: string, words: string) =>
    `<text x="${at[0]}" y="${at[1]}" text-anchor="${anchor}">${words}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}"`,
    ` font-family="sans-serif" font-size="12" role="img" aria-label="Calls that wait, over time">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<path d="${path}" fill="#4c78a8"/>`,
    text([MARGIN - 6, MARGIN + 4], "end", String(most)),
    text([MARGIN - 6, HEIGHT - MARGIN], "end", "0"),
    text([MARGIN, HEIGHT - MARGIN + 18], "start", "0 ms"),
    text([WIDTH - MARGIN, HEIGHT - MARGIN + 18], "end", `${endMs.toFixed(0)} ms`),
    text([WIDTH / 2, MARGIN - 14], "middle", "calls that wait for their answer"),
    "</svg>\n",
  ].join("\n");
}
