import { EventEmitter } from "node:events";
import type { Http2Stream } from "node:http2";

/** What Node keeps at a stream of what was sent on it. */
const SENT: ReadonlySet<string | undefined> = new Set(["sent-headers", "sent-trailers"]);

/**
 * Takes from a stream, once it has closed, what hangs on it: listeners, and with them the call; and the headers that
 * were sent.
 *
 * V8 puts a function that is assigned to a property as it is made (`a.b = () => ...`) into old space at once. Each
 * Writable of Node has one, for `onwrite`. It holds its stream until the next major collection; and so the garbage
 * collector takes every stream for old, and all that can be reached from it.
 */
export function letGoWhenClosed(stream: Http2Stream): void {
  stream.once("close", release);
}

/** Who listens for "close" too is still told: an emitter goes through a copy. */
function release(this: Http2Stream): void {
  // A Readable's own would look in a later turn whether anybody still reads.
  EventEmitter.prototype.removeAllListeners.call(this);
  // One that came late would end the process.
  this.on("error", ignore);
  for (const symbol of Object.getOwnPropertySymbols(this)) {
    if (SENT.has(symbol.description)) Reflect.set(this, symbol, undefined);
  }
}

function ignore(): void {}
