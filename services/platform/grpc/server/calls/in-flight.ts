import { type Listed, Roster } from "../../../memory/roster.ts";
import { type DomainError, unavailable } from "../../errors/errors.ts";

/** A call being served, as far as a closing server is concerned. */
export interface Stoppable {
  /** Answers the call with `reason`, whatever its handler still does. */
  stop(reason: DomainError): void;
}

/** A stream, and by which connection it came. */
export interface StoppableStream extends Stoppable {
  /** "address:port" of the caller. */
  readonly peer: string;
}

/** The calls that a server serves now. */
export class InFlight {
  readonly unary = new Roster<Stoppable & Listed>();
  readonly streams = new Set<StoppableStream>();

  streamsOf(peer: string): readonly StoppableStream[] {
    return [...this.streams].filter((stream) => stream.peer === peer);
  }

  get count(): number {
    return this.unary.size + this.streams.size;
  }
}

/** Ends calls with UNAVAILABLE, so that their callers go elsewhere. */
export function stopAll(calls: Iterable<Stoppable>): void {
  const reason = unavailable("the server is closing: use another", { reason: "DRAINING" });
  for (const call of calls) call.stop(reason);
}
