/** Points that are drawn with one character; later series cover earlier ones. */
export interface Series {
  readonly mark: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Axis {
  readonly label: string;
  readonly isLogarithmic: boolean;
}

const WIDTH = 60;
const HEIGHT = 14;

/** A plot in characters: the y axis left, the ends of the x axis below. Logarithmic axes need values above 0. */
export function plotText(series: readonly Series[], x: Axis, y: Axis): string {
  const all = series.flatMap(({ points }) => points);
  const across = scaleOf(
    all.map(([value]) => value),
    x,
    WIDTH,
  );
  const up = scaleOf(
    all.map(([, value]) => value),
    y,
    HEIGHT,
  );
  const cells = Array.from({ length: HEIGHT }, () => new Array<string>(WIDTH).fill(" "));
  for (const { mark, points } of series) {
    for (const [px, py] of points) cells[HEIGHT - 1 - up.cell(py)][across.cell(px)] = mark;
  }
  const lines = cells.map((row, i) => {
    const label = i === 0 ? up.high : i === HEIGHT - 1 ? up.low : "";
    return `${label.padStart(8)} |${row.join("").trimEnd()}`;
  });
  const gap = " ".repeat(Math.max(1, WIDTH - across.low.length - across.high.length));
  const axis = `${" ".repeat(9)}+${"-".repeat(WIDTH)}`;
  const title = `${" ".repeat(9)}${y.label} over ${x.label}`;
  return [title, ...lines, axis, `${" ".repeat(10)}${across.low}${gap}${across.high}`].join("\n");
}

interface Scale {
  readonly low: string;
  readonly high: string;
  cell(value: number): number;
}

function scaleOf(values: readonly number[], { isLogarithmic }: Axis, cells: number): Scale {
  const place = isLogarithmic ? Math.log : (value: number) => value;
  const low = Math.min(...values);
  const high = Math.max(...values);
  const range = place(high) - place(low) || 1;
  return {
    low: shortNumber(low),
    high: shortNumber(high),
    cell: (value) => Math.round(((place(value) - place(low)) / range) * (cells - 1)),
  };
}

/** At most three digits that count, without an exponent. */
export function shortNumber(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1_000)
    return Math.round(value).toLocaleString("en");
  return String(Number(value.toPrecision(3)));
}
