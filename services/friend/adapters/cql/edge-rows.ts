import type { UserId } from "../../../model/ids.ts";

/** One direction of an edge. */
export interface EdgeState {
  readonly isPresent: boolean;
  /** Microseconds; 0n when there is no row. */
  readonly version: bigint;
}

export interface EdgeKey {
  readonly user: UserId;
  readonly friend: UserId;
}

export const NO_TTL = 0;
/** What has ended is remembered longer than any write or completion of an older change can last. */
export const CLOSED_TTL_SECONDS = 30 * 24 * 3_600;

export function reversed({ user, friend }: EdgeKey): EdgeKey {
  return { user: friend, friend: user };
}
