import type { Mesh, MeshOptions } from "../mesh/mesh.ts";
import type { MeshPorts } from "../mesh/services.ts";
import type { OwnMesh } from "../trial/own-mesh.ts";

/** Where a fault is put in before the mesh starts. */
export interface Ground {
  readonly own: OwnMesh;
  readonly host: string;
  readonly ports: MeshPorts;
  /** Removes what was put in, when the mesh has ended. */
  readonly later: AsyncDisposableStack;
}

/** What the mesh is started with, and what happens to it. */
export interface Prepared {
  readonly mesh?: Partial<MeshOptions>;
  readonly happen: (mesh: Mesh) => Promise<void>;
}

export interface Fault {
  readonly name: string;
  /** What is broken, in words for the table. */
  readonly what: string;
  readonly engines: "any" | "embedded" | "cql";
  /** Only root may do it, and only on Linux; elsewhere it is not run, and said so. */
  readonly needsRoot?: boolean;
  readonly prepare: (ground: Ground) => Promise<Prepared>;
}

export const seconds = (count: number) => count * 1_000;
