/** For tests: what lies in deploy/, and what it must agree with. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect } from "vitest";
import { defaultPorts } from "../../../services/platform/config/ports.ts";

export const DEPLOY = resolve(import.meta.dirname, "../../../deploy");
export const read = (file: string) => readFileSync(join(DEPLOY, file), "utf8");
export const VARIABLES = new Set(
  read("../docs/configuration.md").match(/TIDINGS_[A-Z0-9_]+/g) ?? expect.fail("no variables"),
);

/** Whose main file it is: services/post/main.ts, console/main.ts. */
export const nameOf = (main: string) => main.split("/").at(-2) ?? main;
/** Of TIDINGS_CONSOLE_PROCESSES: whose metrics are at which port. */
export const consolePorts = (processes: string) =>
  Object.fromEntries(
    [...processes.matchAll(/([a-z]+)=dns:\/\/\/[\w-]+:(\d+)/g)].map(([, label, port]) => [
      label,
      Number(port),
    ]),
  );
export const metricsPorts = (names: readonly string[]) =>
  Object.fromEntries(
    Object.entries(defaultPorts({}))
      .filter(([name]) => names.includes(name))
      .map(([name, { metricsPort }]) => [name, metricsPort]),
  );
