/** Loads that a person can read, and say again. */
const DIGITS = 4;

export function rounded(load: number): number {
  return Number(load.toPrecision(DIGITS));
}

/** As people read it: 1,250,000. */
export function shown(load: number): string {
  return load.toLocaleString("en-US", { maximumSignificantDigits: DIGITS });
}
