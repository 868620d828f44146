/** A parser of an option's value that says what it takes: for help. */
export type Limited<T> = ((text: string) => T) & { readonly limits: string };

/** The parser, with what it takes in words, as "5 to 3600". */
export function limited<T>(limits: string, parse: (text: string) => T): Limited<T> {
  return Object.assign((text: string) => parse(text), { limits });
}

/** The same of numbers from `min` to `max`: "1 to 1B". */
export function between<T>(min: number, max: number, parse: (text: string) => T): Limited<T> {
  return limited(`${short(min)} to ${short(max)}`, parse);
}

/** What a parser takes, when it says so. */
export function limitsOf(parse: object | undefined): string | undefined {
  return parse !== undefined && "limits" in parse && typeof parse.limits === "string"
    ? parse.limits
    : undefined;
}

const UNITS = [
  ["B", 1e9],
  ["M", 1e6],
] as const;

/** Large round numbers as they may be typed: 1B; others in digits. */
function short(value: number): string {
  const [unit, size] = UNITS.find(([, one]) => value >= one && value % one === 0) ?? ["", 1];
  return `${value / size}${unit}`;
}
