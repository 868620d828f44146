import { InvalidArgumentError, Option } from "commander";
import { between, type Limited, limited } from "../../../tools/command-line/limited.ts";
import { DELIVERIES, type Delivery } from "../../demand/delivery.ts";
import type { PrefillEngine } from "../../prefill/manifest.ts";

const UNITS: Readonly<Record<string, number>> = { "": 1, k: 1e3, m: 1e6, b: 1e9 };

/** A whole number of something, also as 50k, 1.5M or 2B. */
export function amount(min: number, max: number): Limited<number> {
  return between(min, max, (text) => {
    const [, digits = "", unit = ""] = /^(\d+(?:\.\d+)?)([kmb]?)$/i.exec(text) ?? [];
    const value = Math.round(Number(digits || Number.NaN) * UNITS[unit.toLowerCase()]);
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(
      `It must be a whole number from ${min} to ${max}, such as ${min}, 20k or 1.5M.`,
    );
  });
}

/** Any number from `min` to `max`. */
export function number(min: number, max: number): Limited<number> {
  return between(min, max, (text) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a number from ${min} to ${max}.`);
  });
}

/** Numbers separated by commas. */
export function numbers(min: number, max: number): Limited<readonly number[]> {
  const one = number(min, max);
  return limited(`each ${one.limits}`, (text) => text.split(",").map(one));
}

/** `--engine`, of whatever `about` says. */
export function engineOption(about: string): Option {
  return new Option("--engine <name>", about)
    .choices(["embedded", "cql"] satisfies PrefillEngine[])
    .default("embedded" satisfies PrefillEngine);
}

/** `--delivery`, of whatever `about` says. */
export function deliveryOption(about: string): Option {
  return new Option("--delivery <how>", about)
    .choices(DELIVERIES)
    .default("push" satisfies Delivery);
}
