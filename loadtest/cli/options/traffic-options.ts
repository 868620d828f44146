import { type Command, InvalidArgumentError } from "commander";
import { MAX_PEOPLE, MIN_PEOPLE } from "../../../population/graph/world.ts";
import { DAILY_SHARE } from "../../../population/people/activity.ts";
import { createTraffic } from "../../traffic/traffic.ts";
import { amount } from "./arguments.ts";
import { populationOf, type WorldOptions } from "./world-options.ts";

export interface TrafficOptions extends WorldOptions {
  readonly users?: number;
}

export function withUsersOption(command: Command): Command {
  const users = amount(Math.ceil(MIN_PEOPLE * DAILY_SHARE), Math.floor(MAX_PEOPLE * DAILY_SHARE));
  const share = `${1 / DAILY_SHARE} times as many are registered`;
  return command.option("--users <n>", `people a day, instead of --people: ${share}`, users);
}

/** The people and what they do. Throws RangeError when there cannot be such people. */
export function trafficOf(options: TrafficOptions) {
  const { users, people, seed, zones } = options;
  const registered = users === undefined ? people : Math.round(users / DAILY_SHARE);
  const population = populationOf({ ...options, people: registered });
  return { population, traffic: createTraffic(population, { seed, zones }) };
}

/** 18:00 or 18:00:30, as seconds into the day. */
export function timeOfDay(text: string): number {
  const [, hours, minutes, seconds = "0"] = /^(\d\d?):(\d\d)(?::(\d\d))?$/.exec(text) ?? [];
  const isTime = Number(hours) < 24 && Number(minutes) < 60 && Number(seconds) < 60;
  if (isTime) return Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
  throw new InvalidArgumentError("It must be a time of the day in UTC, such as 18:00 or 06:30:15.");
}
