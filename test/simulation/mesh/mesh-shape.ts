import type { UserId } from "../../../services/model/ids.ts";

/** How the machines of one mesh differ from those of another. */
export interface MeshShape {
  /** The embedded store on disks, or the model of one with tiny rings. */
  readonly store: "embedded" | "short of memory" | "tiny rings";
  readonly isHalving: boolean;
  readonly lossRate: number;
  readonly chaosRate: number;
  /** Of the messages that the bus holds back: how many for so long that much happens before them. */
  readonly longHolds: number;
  readonly friendSetBytes: number;
  /** Beside an empty table; 0: no index. */
  readonly indexBytes: number;
  readonly maxKeptFriends: number;
  readonly maxPostsAnswer: number;
  readonly longLists: readonly UserId[];
  readonly tinyRingEntries: number;
}

const AMPLE_INDEX_BYTES = 1_000_000;

/** Nothing but full rings and full answers may end a timeline. */
export function isRoomy({ store, indexBytes, maxPostsAnswer }: MeshShape): boolean {
  if (store === "short of memory" || Number.isFinite(maxPostsAnswer)) return false;
  // What is pulled and has left the index is nowhere else.
  return indexBytes === 0 || indexBytes >= AMPLE_INDEX_BYTES;
}
