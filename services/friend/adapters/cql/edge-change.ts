import { trustedUserId } from "../../../model/ids.ts";
import { type EdgeKey, type EdgeState, reversed } from "./edge-rows.ts";
import { type PartRows, writeEdge } from "./parts/edge-parts.ts";

/** What an edge becomes, at both ends. */
export interface VersionedEdge {
  readonly key: EdgeKey;
  readonly state: EdgeState;
}

const CHANGE_BYTES = 25;

/** Writes both directions. Idempotent, and of several changes in any order the highest version stays. */
export async function writeBothEnds(rows: PartRows, { key, state }: VersionedEdge): Promise<void> {
  await Promise.all([key, reversed(key)].map((end) => writeEdge(rows, end, state)));
}

/** A change as the outbox keeps it: user, friend, version (8 bytes each), 1 or 0. */
export function encodeChange({ key, state }: VersionedEdge): Buffer {
  const change = Buffer.alloc(CHANGE_BYTES);
  change.writeBigInt64LE(key.user, 0);
  change.writeBigInt64LE(key.friend, 8);
  change.writeBigInt64LE(state.version, 16);
  change.writeUInt8(state.isPresent ? 1 : 0, 24);
  return change;
}

export function decodeChange(bytes: Uint8Array): VersionedEdge {
  const change = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    key: {
      user: trustedUserId(change.readBigInt64LE(0)),
      friend: trustedUserId(change.readBigInt64LE(8)),
    },
    state: { version: change.readBigInt64LE(16), isPresent: change.readUInt8(24) === 1 },
  };
}
