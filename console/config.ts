import { readConfig } from "../services/platform/config/config.ts";
import { ADDRESSES } from "../services/platform/config/list-items.ts";
import {
  addressesVariable,
  engineVariables,
  portVariables,
  processVariables,
} from "../services/platform/config/mesh.ts";
import { NEIGHBOURS, type NeighbourName } from "../services/platform/config/ports.ts";
import type { Environment } from "../services/platform/config/variable.ts";
import { flag, list, text } from "../services/platform/config/variables.ts";
import { AMQP_VARIABLES } from "../services/platform/messaging/rabbit/config.ts";

import { PROCESSES } from "./processes.ts";

export type ConsoleConfig = ReturnType<typeof readConsoleConfig>;

const neighbourVariable = (name: NeighbourName) =>
  list(`TIDINGS_${name.toUpperCase()}_ADDRESSES`, ADDRESSES, {
    default: [],
    help: `host:port of the ${name} service, one or many; none: the console does not show it`,
  });

const NEIGHBOUR_VARIABLES = Object.fromEntries(
  NEIGHBOURS.map((name) => [`${name}Addresses` as const, neighbourVariable(name)]),
) as Readonly<Record<`${NeighbourName}Addresses`, ReturnType<typeof neighbourVariable>>>;

const OWN_VARIABLES = {
  processes: list("TIDINGS_CONSOLE_PROCESSES", PROCESSES, {
    default: [],
    help: "label=host:port of the metrics of each process that the map shows, as timeline-0=10.0.0.7:9467; label=dns:///name:port is a process for each address that the name has",
  }),
  tokenFile: text("TIDINGS_CONSOLE_TOKEN_FILE", {
    default: "",
    help: "the token that opens the console, 32 characters or more; without it console/admin-token in TIDINGS_DATA_DIR, made when it is missing",
  }),
  mayReplay: flag("TIDINGS_CONSOLE_REPLAY", {
    default: false,
    help: "whether dead letters can be sent again from the console; without it nothing can be changed there",
  }),
  runsDir: text("TIDINGS_CONSOLE_RUNS_DIR", {
    default: ".data/load",
    help: "the folder with results of load runs that are shown",
  }),
};

/** The variables of the console; defaults of ports follow TIDINGS_PORT_BASE. */
export function consoleVariables(env: Environment) {
  return {
    ...processVariables,
    ...portVariables("console", env),
    ...engineVariables,
    ...AMQP_VARIABLES,
    postAddresses: addressesVariable("post", env),
    friendAddresses: addressesVariable("friend", env),
    timelineAddresses: addressesVariable("timeline", env),
    ...NEIGHBOUR_VARIABLES,
    ...OWN_VARIABLES,
  };
}

/** Reads and checks them. Throws ConfigError naming every mistake. */
export function readConsoleConfig(env: Environment) {
  return readConfig(consoleVariables(env), env);
}
