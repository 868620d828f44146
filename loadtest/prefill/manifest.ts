import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Delivery } from "../demand/delivery.ts";
import type { WorldSpec } from "../scenarios/scenario.ts";
import type { ProbeResult } from "./probes.ts";
import type { OwnerSlice } from "./viewers.ts";

export type PrefillEngine = "embedded" | "cql";

/** What lies in a data folder (or, on cql, in a keyspace), beside the data: prefill.json. */
export interface PrefillManifest {
  readonly kind: "prefill";
  readonly version: 1;
  /** Set while it is made, and when it failed or its probes found a fault: no run may use it. */
  readonly unusable: string | undefined;
  readonly world: WorldSpec;
  readonly slice: OwnerSlice;
  readonly engine: PrefillEngine;
  /** For which it was filled; earlier fills, which do not say so, are to be pushed to. */
  readonly delivery?: Delivery;
  readonly ringEntries: number;
  readonly days: number;
  /** ISO 8601: when the last of the posts was written. */
  readonly postsUntil: string;
  /** Variables with which services must run on this data. */
  readonly env: Readonly<Record<string, string>>;
  readonly commit: string;
  /** Undefined while it is made. */
  readonly filled: Filled | undefined;
}

export interface Filled {
  readonly posts: number;
  readonly activeViewers: number;
  /** In rings; on cql: rows. */
  readonly entries: number;
  /** On disk, by service. */
  readonly bytes: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly probes: ProbeResult;
}

export const MANIFEST_NAME = "prefill.json";

/** Undefined when there is none. Rejects when it is not one that this version writes. */
export async function readManifest(dataDir: string): Promise<PrefillManifest | undefined> {
  const file = join(dataDir, MANIFEST_NAME);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const read = parsed(text);
  if (read?.kind === "prefill" && read.version === 1) return read;
  throw new RangeError(`${file} was not written by this version: fill the folder again`);
}

function parsed(text: string): PrefillManifest | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export async function writeManifest(dataDir: string, manifest: PrefillManifest): Promise<void> {
  await writeFile(join(dataDir, MANIFEST_NAME), `${JSON.stringify(manifest, null, 2)}\n`);
}
