import { InvalidArgumentError } from "commander";
import { between, type Limited } from "./limited.ts";

/** A whole number from `min` to `max`, both of which may be. */
export function wholeBetween(min: number, max: number): Limited<number> {
  return between(min, max, (text) => {
    const value = Number(text);
    if (/\d/.test(text) && Number.isInteger(value) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It is a whole number from ${min} to ${max}.`);
  });
}
