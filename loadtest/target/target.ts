import type { MeshServiceName } from "../../services/platform/config/ports.ts";
import type { Delivery } from "../demand/delivery.ts";

/** One process of the target, as it is now: a restart gives it another id. */
export interface TargetProcess {
  /**
   * As "timeline-0": unique in the target. Stores that run apart have one too: "broker", "cql". Of an
   * owner slice "sinks": the other owners, whose CPU is the generator's side and no cost of the target.
   */
  readonly label: string;
  readonly pid: number;
}

/** What was loaded, for the result. */
export interface TargetDescription {
  /** `any`: no mesh; where it is and what it speaks is all that is known of it. */
  readonly kind: "own mesh" | "running" | "any";
  readonly addresses?: readonly string[];
  readonly protocol?: string;
  readonly engine: "embedded" | "cql" | "unknown";
  readonly timelines: number;
  /** Of an owner slice: how many owners the worker sees; the others acknowledge at once and store nothing. */
  readonly owners: number;
  /** By which its posts travelled, as its friend service said; undefined: nobody asked it. */
  readonly delivery?: Delivery;
  readonly node: string;
  /** Of the checkout that ran, with "+" when it was changed since. */
  readonly commit: string;
  /** Variables set for this run beyond the defaults. */
  readonly env: Readonly<Record<string, string>>;
  /** Stores whose processes can't be seen from here: their CPU is in no figure. */
  readonly unseen?: readonly string[];
}

/** What a target that we started can be made to go through. Labels as in `processes`. */
export interface Faults {
  /** kill -9; it stays away until `restart`. */
  kill(label: string): Promise<void>;
  /** Ends it in order first when it still runs; resolves when it is ready. */
  restart(label: string): Promise<void>;
  /** SIGSTOP, and SIGCONT after `ms`. */
  pause(label: string, ms: number): Promise<void>;
  /** One in `times` parts of the time is its own for `ms`: a slow replica, or a smaller machine. */
  slow(label: string, ms: number, times: number): Promise<void>;
  /** From now on each sync of its log takes so much longer; 0 ends it. */
  slowDisk(label: string, extraMs: number): Promise<void>;
}

/**
 * host:port of each service's servers; several only of timeline. A neighbour is named where it was started, and,
 * in a mesh that ran already, where it would be.
 */
export type TargetAddresses = Readonly<
  Record<Exclude<MeshServiceName, "fanout">, readonly string[]>
> & { readonly engagement?: readonly string[] };

/** The mesh as the load toolkit sees it. Disposing ends what was started for it, and nothing else. */
export interface LoadTarget extends AsyncDisposable {
  readonly description: TargetDescription;
  readonly addresses: TargetAddresses;
  /** Index into addresses.timeline of a viewer's owner; -1: an owner that is not part of this slice. */
  ownerOf(viewer: number): number;
  /** Empty when the target was not started here. */
  readonly processes: readonly TargetProcess[];
  /** The Prometheus page of each process that answers, by label; also of a target not started here. */
  metrics(): Promise<ReadonlyMap<string, string>>;
  /** The target's own gauges of work that waits (`tidings_pending_*`), summed by name over processes. */
  pending(): Promise<ReadonlyMap<string, number>>;
  /** Resolves when nothing is pending; rejects after `boundMs`, naming what still waits. */
  drained(boundMs: number): Promise<void>;
  /** Undefined when the target was not started here. */
  readonly faults: Faults | undefined;
  /** Resolves with a sentence when one of its processes ends and nobody asked it to. */
  readonly broken: Promise<string>;
}

/** A target that is there, and what generators must know of it beside its addresses. */
export interface OpenTarget extends LoadTarget {
  /** As `ownerOf`, by shard: generators in other processes get this. */
  readonly ownerByShard: readonly number[];
  /** For tokens that its gateway takes (tools/token/development-token.ts). */
  readonly tokenEnv: Readonly<Record<string, string>>;
  /** Where its services keep their files. */
  readonly dataDir: string;
}
