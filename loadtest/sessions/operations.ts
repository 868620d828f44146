import type { Target } from "../drivers/driver.ts";
import type { Operation } from "../run/step.ts";

/** What sends an operation: a gRPC driver, one that opens a connection for each call, or the REST one. */
export type Via = "grpc" | "fresh connection" | "rest";

/** Of one viewer whom very many ask about, and of one address or instance that asks very much. */
export const HOT_PAGE = "hot.page";
export const FLOOD_PAGE = "flood.page";

/** Whether it is by one who asks for very much: over connections of its own, else all others would wait for it here. */
export function isApart(name: string): boolean {
  return name === HOT_PAGE || name === FLOOD_PAGE;
}

export interface PlannedOperation extends Operation {
  readonly via: Via;
  /** For the driver; over REST the message says the path. */
  readonly target: Target;
}

/** The operations of a run, in the order in which they were first spoken of. */
export class OperationTable {
  readonly rows: PlannedOperation[] = [];

  /** Returns the operation's index. A name spoken of before is the same operation. */
  add(name: string, via: Via, target: Target): number {
    const known = this.rows.findIndex((row) => row.name === name);
    if (known >= 0) return known;
    return this.rows.push({ name, timeoutMs: target.timeoutMs, via, target }) - 1;
  }
}

/** How long a person waits for a page, or until a post is taken, before giving up. */
export const TIMEOUT_MS = 2_000;
/** A page of someone whose timeline has to be filled first, or behind a new connection. */
export const SLOW_TIMEOUT_MS = 5_000;
