import { InvalidArgumentError } from "commander";

/** For commander: a whole number, no less than this. */
export function wholeFrom(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`it is a whole number from ${least} on`);
  };
}
