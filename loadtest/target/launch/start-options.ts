import type { NeighbourName } from "../../../services/platform/config/ports.ts";
import type { SliceSpec, WorldSpec } from "../../scenarios/scenario.ts";

/** A target to start. */
export interface StartOptions {
  readonly world: WorldSpec;
  readonly slice: SliceSpec;
  readonly engine: "embedded" | "cql";
  /** Who runs beside the mesh; nobody by default. */
  readonly neighbours?: readonly NeighbourName[];
  /** Timeline processes; 1 by default, and always in an owner slice. */
  readonly timelines?: number;
  /** Processes of each service that keeps nothing itself, on cql; 1 by default. */
  readonly copies?: number;
  /** A prefilled folder (embedded): the target works on a copy. */
  readonly dataDir?: string;
  /** Where its data are and stay, to be filled; by default in a temporary folder that goes with it. */
  readonly keepIn?: string;
  /** Variables over all others. A keyspace and prefix named here (cql) are used as they are, and stay. */
  readonly env?: Readonly<Record<string, string>>;
  /** Another checkout of Tidings, to compare with this one. */
  readonly root?: string;
  readonly ringEntries?: number;
  /** Whether disks can be made slow; costs a look at each sync. */
  readonly slowDisk?: boolean;
}
