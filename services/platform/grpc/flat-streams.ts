import type { Http2Session } from "node:http2";
import { ByNumber } from "../memory/by-number.ts";

/**
 * Has Node keep the streams of a session, before it has any, where the garbage collector does not take them for old:
 * Node's own Map does that (see `Roster`), to every other stream with all that hangs on it. Node has no option for it;
 * a Node that keeps them elsewhere is left as it is. False then.
 */
export function keepStreamsFlat(session: Http2Session): boolean {
  const symbol = Object.getOwnPropertySymbols(session).find((one) => one.description === "state");
  const state: unknown = symbol && Reflect.get(session, symbol);
  if (typeof state !== "object" || state === null || !("streams" in state)) return false;
  if (!isEmptyMap(state.streams)) return false;
  state.streams = new ByNumber();
  return true;
}

function isEmptyMap(streams: unknown): boolean {
  return typeof streams === "object" && streams !== null && "size" in streams && streams.size === 0;
}
