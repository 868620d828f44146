/** One series of a metrics page, as it was when it was read. */
export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n" };

/** The series of a page in Prometheus's text form whose names are wanted; what is no series is passed over. */
export function readExposition(
  page: string,
  isWanted: (name: string) => boolean,
): readonly Series[] {
  const found: Series[] = [];
  for (const line of page.split("\n")) {
    const [, name, labels = "", value] = LINE.exec(line) ?? [];
    if (name === undefined || !isWanted(name)) continue;
    found.push({ name, labels: labelsOf(labels), value: Number(value.replace("Inf", "Infinity")) });
  }
  return found;
}

/** The sum of the series of this name that have these labels; NaN when the page has none. */
export function valueIn(
  page: string,
  wanted: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  const all = readExposition(page, (name) => name === wanted);
  const entries = Object.entries(labels);
  const found = all.filter((series) =>
    entries.every(([key, value]) => series.labels[key] === value),
  );
  return found.length === 0 ? NaN : found.reduce((sum, { value }) => sum + value, 0);
}

function labelsOf(text: string): Readonly<Record<string, string>> {
  const pairs = [...text.matchAll(LABEL)].map(([, name, value]) => [name, unescaped(value)]);
  return Object.fromEntries(pairs);
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, character: string) => ESCAPES[character] ?? character);
}
