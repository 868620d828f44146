/** A Cassandra node as a plain Java process: it stands in for ScyllaDB. */
import { checkCql } from "../checks.ts";
import type { Program } from "../processes/programs.ts";
import type { SecurePlace } from "../secure/secure-place.ts";
import { cassandraYaml, type Durability, LOGBACK_XML } from "./config-files.ts";
import { javaArguments } from "./java-flags.ts";

export interface NodePlace {
  readonly folder: string;
  readonly java: string;
  readonly jars: string;
  readonly agent: string;
  readonly listenAddress: string;
  readonly cqlPort: number;
  readonly storagePort: number;
  readonly seeds: readonly string[];
  readonly initialToken: string;
  readonly profile: NodeProfile;
  readonly secure?: SecurePlace | undefined;
}

/** What a node is for decides its size and how careful it is. */
export interface NodeProfile {
  readonly heapMb: number;
  /** Compiles what is hot once more, with C2: dearer for minutes, and cheaper from then on. */
  readonly optimising: boolean;
  readonly durability: Durability;
  readonly unsafe: boolean;
}

export const NODE_PROFILES = {
  /** Used by everyone, for long, and measured: nothing acknowledged is lost. */
  shared: { heapMb: 1_024, optimising: true, durability: "durable", unsafe: false },
  /** For one suite that kills it and starts it again. */
  crashable: { heapMb: 256, optimising: false, durability: "durable", unsafe: false },
  /** For one suite that only stores and reads: up soonest, and must not be killed. */
  fast: { heapMb: 256, optimising: false, durability: "replicated", unsafe: true },
} as const satisfies Record<string, NodeProfile>;

const READY_WITHIN_MS = 120_000;

export function cqlContactPointOf(place: Pick<NodePlace, "listenAddress" | "cqlPort">): string {
  return `${place.listenAddress}:${place.cqlPort}`;
}

export function nodeProgram(place: NodePlace): Program {
  return {
    name: "cassandra",
    folder: place.folder,
    folders: ["data"],
    files: [
      {
        path: "cassandra.yaml",
        text: cassandraYaml({ ...place, durability: place.profile.durability }),
      },
      { path: "logback.xml", text: LOGBACK_XML },
    ],
    command: {
      file: place.java,
      args: javaArguments({ ...place, ...place.profile }),
      env: { PATH: process.env.PATH ?? "/usr/bin:/bin", HOME: place.folder, LANG: "C.UTF-8" },
    },
    isReady: () => checkCql([cqlContactPointOf(place)], place.secure),
    readyWithinMs: READY_WITHIN_MS,
  };
}
