import type { Destination } from "../bus.ts";

/** One event that was stored with the change it tells of, and is not yet known to be on the bus. */
export interface OutboxItem<Position = unknown> {
  readonly position: Position;
  readonly queue: Destination;
  /** Empty: nobody is told; the item is there for its change. */
  readonly payload: Uint8Array;
  /** The whole change, when its writer may have left it half written: complete it before publishing. */
  readonly change?: Uint8Array;
}

/** The relay's side of an outbox. Writers use the engine's own side (LmdbOutbox, CqlOutbox). */
export interface Outbox<Position = unknown> {
  /** The oldest items that no write in flight precedes, at most `limit`; empty when all is published. */
  read(limit: number): Promise<readonly OutboxItem<Position>[]>;
  /** These, the first of what was read, are on the bus. Durable, so that they are not published for ever. */
  published(items: readonly OutboxItem<Position>[]): Promise<void>;
  /** Called after each write; the relay wakes. Returns the way to stop listening. */
  onWrite(wake: () => void): () => void;
  /** Items not yet published, for metrics and for tests that drain. */
  depth(): Promise<number>;
}
