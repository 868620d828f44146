import type { Command } from "commander";
import { LoadError } from "./load-error.ts";
import { areUrls } from "./target-flags.ts";

/** What a command is about: a scenario of the mesh, a file of calls, or calls that flags describe. */
export type Asked = "mesh" | "file" | "flags";
/** How any target is spoken to; `http` is without TLS. */
export type Protocol = "grpc" | "http" | "https";

interface Row {
  /** Everything, when it is left out. */
  readonly of?: readonly Asked[];
  /** Every protocol, when it is left out. */
  readonly at?: readonly Protocol[];
  /** Means nothing without that option. */
  readonly with?: string;
  /** Means nothing beside that option. */
  readonly without?: string;
  /** What to give in place of it. */
  readonly instead?: string;
}

const MESH: Row = { of: ["mesh"] };
const FLAGS: Row = { of: ["flags"] };
const TARGET: Row = { of: ["file", "flags"], with: "target" };
const TLS: Row = { ...TARGET, at: ["grpc", "https"], instead: "give --target https://HOST:PORT" };
const GRPC: Row = { ...TARGET, at: ["grpc"], instead: "leave it out, for HTTP needs no methods" };

/**
 * Every option of the commands that load a target, and for what it means something: for anything else it is
 * refused, for a run of something else than was asked for might pass.
 */
export const OPTIONS: Readonly<Record<string, Row>> = {
  ...all({}, "seed seconds warmUp threshold rate driver generators connections maxOpen out json"),
  ...all({}, "live livePage otlp liveFolder generator runName startAt"),
  ...all(
    {},
    "start highest stepSeconds confirmSeconds mostMinutes machines host port joinWithin speed asRecorded",
  ),
  ...all(MESH, "people mean dailyUsers streams owners world warm engine timelines env watchers"),
  ...all(MESH, "ceiling calibration"),
  running: { of: ["mesh", "file"] },
  target: { of: ["file", "flags"] },
  ...all(TARGET, "header token"),
  tokenEvery: { ...TARGET, with: "token" },
  http2: { ...TARGET, at: ["http", "https"], instead: "leave it out, for gRPC is over HTTP/2" },
  ...all(TLS, "tls ca insecure serverName"),
  cert: { ...TLS, with: "key" },
  key: { ...TLS, with: "cert" },
  proto: { ...GRPC, without: "descriptorSet" },
  descriptorSet: { ...GRPC, without: "proto" },
  importPath: { ...GRPC, with: "proto" },
  ...all(FLAGS, "data timeout check stages arrivals rows"),
  rowsOrder: { ...FLAGS, with: "rows" },
  call: {
    ...FLAGS,
    at: ["grpc"],
    instead: "give --target HOST:PORT, without http://, or --request for HTTP",
  },
  request: {
    ...FLAGS,
    at: ["http", "https"],
    instead: "give --target http://HOST:PORT, or --call for gRPC",
  },
};

function all(row: Row, names: string): Readonly<Record<string, Row>> {
  return Object.fromEntries(names.split(" ").map((name) => [name, row]));
}

/** Names of the options that were typed: a default is none. */
export function typedOptions(command: Command): ReadonlySet<string> {
  const names = command.options.map((option) => option.attributeName());
  return new Set(names.filter((name) => command.getOptionValueSource(name) === "cli"));
}

export interface Kind {
  readonly asked: Asked;
  /** Undefined: it is not known, or none. */
  readonly protocol: Protocol | undefined;
}

/** Throws a LoadError that names an option which means nothing there, and says what to do. */
export function refuseMeaningless(typed: ReadonlySet<string>, { asked, protocol }: Kind): void {
  for (const name of typed) {
    const { of, at, with: other, without, instead } = OPTIONS[name] ?? {};
    const say = (what: string) => new LoadError(`${flag(name)}: ${what}.`);
    if (of && !of.includes(asked)) throw say(`${OF[of[0]]}, and ${HERE[asked]}`);
    if (other !== undefined && !typed.has(other)) {
      throw say(`it means nothing without ${flag(other)}, which is not given`);
    }
    if (without !== undefined && typed.has(without)) {
      throw say(`give it or ${flag(without)}: not both`);
    }
    if (at && protocol !== undefined && !at.includes(protocol)) {
      throw say(`it is of ${AT[at.join()]}, and the target is ${NAMED[protocol]}: ${instead}`);
    }
  }
}

const OF: Readonly<Record<Asked, string>> = {
  mesh: "it is of a scenario of the mesh",
  file: "it is of calls of any target",
  flags: "it is of calls that --target and other options describe",
};
const HERE: Readonly<Record<Asked, string>> = {
  mesh: "this is a scenario of the mesh: leave it out, or give --target",
  file: "this scenario describes its calls itself: leave it out, or change the scenario",
  flags: "this is calls of any target: leave it out",
};
/** By the protocols of a row. */
const AT: Readonly<Record<string, string>> = {
  grpc: "gRPC",
  "http,https": "HTTP",
  "grpc,https": "TLS",
};
const NAMED: Readonly<Record<Protocol, string>> = {
  grpc: "no URL",
  http: "a URL of http://",
  https: "a URL",
};

/** As it is typed: "--rows-order" of "rowsOrder". */
function flag(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Undefined: no target is named. Throws a LoadError when some are URLs and some are not. */
export function protocolOf(target: readonly string[] | undefined): Protocol | undefined {
  if (target === undefined) return undefined;
  if (!areUrls(target)) return "grpc";
  return target[0].startsWith("https:") ? "https" : "http";
}
