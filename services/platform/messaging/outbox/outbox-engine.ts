import type { Implementation } from "../../grpc/call.ts";
import type { Relay } from "./relay.ts";

/** What one set of engines brings to a service that stores changes and publishes their events. */
export interface OutboxEngine<Store> {
  readonly store: Store;
  readonly relay: Pick<Relay, "settle">;
  /** How full the queues are that its events go to, from 0 to 1. */
  readonly pressure: () => number;
  /** Served beside the service itself. */
  readonly services: readonly Implementation[];
  /** Before the server drains: ends what streams of this process hold open. */
  endStreams(): Promise<void>;
  /** Last, when no call is served any more. */
  close(): Promise<void>;
}
