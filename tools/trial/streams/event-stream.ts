import type { StreamMessage } from "./follower.ts";

const CUT = "below_floor";

/** GET /v1/timeline/stream as messages, one an event. Throws when it is not answered with a stream. */
export async function* eventStream(
  gateway: string,
  token: string,
  cursor: string,
  signal: AbortSignal,
): AsyncGenerator<StreamMessage> {
  const resumed = cursor === "" ? {} : { "last-event-id": cursor };
  const headers = { authorization: `Bearer ${token}`, ...resumed };
  const response = await fetch(`${gateway}/v1/timeline/stream`, { headers, signal });
  if (!response.ok || !response.body) throw new Error(`${response.status}`);
  let text = "";
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const blocks = `${text}${chunk}`.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const message = messageOf(block);
      if (message) yield message;
    }
  }
}

/** Undefined: a comment, a heartbeat, or an event of another kind. */
export function messageOf(block: string): StreamMessage | undefined {
  const fields = new Map(block.split("\n").map((line) => fieldOf(line)));
  const [id, event, data] = ["id", "event", "data"].map((name) => fields.get(name));
  if (event === "entry" && id !== undefined && data !== undefined) {
    const { post_id } = JSON.parse(data) as { readonly post_id: string };
    return { entries: [{ postId: BigInt(post_id), cursor: id }], isCut: false };
  }
  if (event === "degraded" && data !== undefined) {
    const { degraded } = JSON.parse(data) as { readonly degraded: readonly string[] };
    return { entries: [], isCut: degraded.includes(CUT) };
  }
  return event === undefined && id !== undefined
    ? { entries: [], resumeCursor: id, isCut: false }
    : undefined;
}

function fieldOf(line: string): readonly [string, string] {
  const colon = line.indexOf(": ");
  return [line.slice(0, colon), line.slice(colon + 2)];
}
