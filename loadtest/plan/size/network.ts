import type { Work } from "../work.ts";
import type { Flow } from "./sizing.ts";

/** Bytes of a message beside its text or its ids: protobuf fields, HTTP/2 frames and headers; JSON of an entry. */
const WIRE = {
  ...{ call: 120, event: 60, piece: 40, viewerId: 8 },
  ...{ entry: 75, post: 45, shown: 320, logged: 16 },
};

/** What goes between whom at the peak. */
export function flowsOf(
  work: Work,
  { textBytes, postsPerPage }: { readonly textBytes: number; readonly postsPerPage: number },
): readonly Flow[] {
  const flow = (what: string, bytesPerSecond: number): Flow => ({
    what,
    bitsPerSecond: bytesPerSecond * 8,
  });
  const pushed = [
    flow("friend lists to the workers", work.friendsListed * WIRE.viewerId),
    flow(
      "appends to the owners",
      work.appendCalls * WIRE.call +
        work.pieces * WIRE.piece +
        (work.stored + work.dropped) * WIRE.viewerId,
    ),
  ];
  const logged = work.logMessages * WIRE.event + work.indexed * WIRE.logged;
  return [
    flow("posts in", work.posts * (WIRE.call + textBytes)),
    flow("post events through the bus (ids, no text)", 2 * work.posts * WIRE.event),
    ...(work.logMessages > 0 ? [flow("post log to the owners", logged)] : pushed),
    flow("pages out", work.pages * (WIRE.call + postsPerPage * WIRE.entry)),
    flow("posts out", work.batches * WIRE.call + work.postsRead * (WIRE.post + textBytes)),
    flow("live streams to apps", work.events * (WIRE.shown + textBytes)),
  ];
}
