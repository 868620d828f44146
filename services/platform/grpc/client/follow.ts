import { PushStream } from "../../concurrency/push-stream.ts";
import type { CallOptions } from "../call.ts";

type BidiMethod<Req, Res> = (
  requests: AsyncIterable<Req>,
  options?: CallOptions,
) => AsyncIterable<Res>;

/** The client's side of `untilClosed`: one request, kept open until the answers are no longer read. */
export function follow<Req, Res>(method: BidiMethod<Req, Res>) {
  return (request: Req, options?: CallOptions): AsyncIterable<Res> => ({
    [Symbol.asyncIterator]: () => {
      const requests = new PushStream<Req>();
      requests.push(request);
      return method(requests, options)[Symbol.asyncIterator]();
    },
  });
}
