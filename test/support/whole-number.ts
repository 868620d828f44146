import { InvalidArgumentError } from "commander";
import { type Limited, limited } from "../../tools/command-line/limited.ts";

/** For commander: a whole number, no less than this. */
export function wholeFrom(least: number): Limited<number> {
  return limited(`${least} or more`, (text) => {
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`it is a whole number from ${least} on`);
  });
}
