import { HANDSHAKE_MS, MAX_HANDSHAKES_AN_ADDRESS } from "../../../lifecycle/handshake.ts";

/** What one caller may take of a server, in connections, bytes and time. */
export interface SessionLimits {
  /** Open connections; more are refused. */
  readonly maxConnections: number;
  /** As HANDSHAKE_MS. */
  readonly handshakeMs: number;
  /** Connections of one address that have not said who they are; with TLS. */
  readonly maxHandshakes: number;
  /** A connection is given up at about this age, ms, so that clients find new replicas. */
  readonly maxConnectionAgeMs: number;
  /** Over so long the streams of a connection that has its age are ended, one by one, ms. */
  readonly agingMs: number;
  /** A message that began to arrive is whole within so long, ms. */
  readonly arrivalMs: number;
  /** Of messages that are not whole, on one connection, bytes. */
  readonly maxUnfinishedBytes: number;
  /** The same on all connections together. */
  readonly maxUnfinishedBytesInAll: number;
  /** A caller who takes nothing of what is written for so long is cut off, ms. */
  readonly slowConsumerMs: number;
}

const MIB = 1_024 * 1_024;

export const SESSION_LIMITS: SessionLimits = {
  maxConnections: 4_096,
  handshakeMs: HANDSHAKE_MS,
  maxHandshakes: MAX_HANDSHAKES_AN_ADDRESS,
  maxConnectionAgeMs: 30 * 60_000,
  agingMs: 2 * 60_000,
  arrivalMs: 10_000,
  maxUnfinishedBytes: 32 * MIB,
  maxUnfinishedBytesInAll: 256 * MIB,
  slowConsumerMs: 30_000,
};
