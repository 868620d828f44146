import type { Call } from "../../call.ts";
import { cancelled, invalidArgument } from "../../errors/errors.ts";

type Serve<Req, Res> = (request: Req, call: Call) => AsyncIterable<Res>;

/**
 * A handler of one request and many answers, as one for a stream of requests: the call ends, with OK
 * and at once, when the caller closes its side. So it ends without a reset, of which a server takes
 * only so many on a connection that many share.
 */
export function untilClosed<Req, Res>(serve: Serve<Req, Res>) {
  return (requests: AsyncIterable<Req>, call: Call): AsyncIterable<Res> => {
    const closed = new AbortController();
    const messages = serveFirst(serve, requests, call, closed);
    return { [Symbol.asyncIterator]: () => endedWith(messages, closed.signal) };
  };
}

async function* serveFirst<Req, Res>(
  serve: Serve<Req, Res>,
  requests: AsyncIterable<Req>,
  call: Call,
  closed: AbortController,
): AsyncGenerator<Res> {
  const reader = requests[Symbol.asyncIterator]();
  const first = await reader.next();
  if (first.done)
    throw invalidArgument("request", "the stream has none", "send one, and keep it open");
  void untilEnd(reader).then(() => closed.abort(cancelled("the caller has closed its side")));
  const { deadlineMs, requestId, metadata, log } = call;
  const signal = AbortSignal.any([call.signal, closed.signal]);
  yield* serve(first.value, { deadlineMs, requestId, metadata, log, signal });
}

/** Resolves when nothing comes any more, for whatever reason. */
async function untilEnd(reader: AsyncIterator<unknown>): Promise<void> {
  try {
    while (!(await reader.next()).done);
  } catch {
    // The call itself has ended: its own signal says so.
  }
}

/** The messages until the signal, whatever their source still waits for. */
function endedWith<T>(messages: AsyncGenerator<T>, signal: AbortSignal): AsyncIterator<T> {
  const done: IteratorResult<T> = { done: true, value: undefined };
  let wake = () => {};
  // A source that fails while it is being dropped has nobody left to tell.
  const drop = () => void messages.return(undefined).catch(() => {});
  signal.addEventListener(
    "abort",
    () => {
      wake();
      drop();
    },
    { once: true },
  );
  return {
    next: () =>
      new Promise((resolve, reject) => {
        wake = () => resolve(done);
        if (signal.aborted) wake();
        else messages.next().then(resolve, reject);
      }),
    return: async () => {
      drop();
      return done;
    },
  };
}
