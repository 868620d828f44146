import type { Call, Done } from "../driver.ts";
import type { Refusal } from "../line.ts";
import type { Method } from "./call-frames.ts";

/** What the owner of a connection is told. */
export interface ConnectionEvents {
  /** A call that was refused may fit now. */
  readonly onRoom?: () => void;
  /** No new call will be written; calls in flight are answered, or end as UNAVAILABLE. */
  readonly onClosed?: (by: "us" | "them") => void;
}

/** One HTTP/2 connection that sends unary gRPC calls: one write a call, so that none waits for another. */
export interface RawConnection {
  /** Calls in flight. */
  readonly inFlight: number;
  /** What keeps a message of so many bytes from being written now; undefined when nothing does. */
  refusal(messageBytes: number): Refusal | undefined;
  /**
   * Sends a call now and returns its stream, or 0 when the server's stream limit or flow-control
   * window has no room: the caller keeps it and counts the wait. A message larger than what the server
   * takes at once goes in pieces, as it makes room.
   */
  send(method: Method, call: Pick<Call, "message" | "parts">, done: Done): number;
  /** Gives a call up; its `done` is not called. */
  cancel(stream: number): void;
  close(): void;
}
