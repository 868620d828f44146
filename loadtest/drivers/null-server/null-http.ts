import type { Socket } from "node:net";
import type { Pace } from "./exact-pace.ts";

export interface NullHttpAnswer {
  /** The body of every answer. */
  readonly body: Uint8Array;
  /** Runs before the requests of one read are answered: stalls are injected here. */
  readonly beforeAnswers?: () => void;
  /** When a request is answered; at once without. */
  readonly pace?: Pace;
}

const END_OF_HEAD = "\r\n\r\n";
const REFUSAL = Buffer.from(
  `HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0${END_OF_HEAD}`,
  "latin1",
);
const LENGTH = /\r\ncontent-length: *(\d+)/i;

/** The least that an HTTP/1.1 client takes for a server: it looks for the ends of requests only. */
export function serveNullHttp(socket: Socket, { body, beforeAnswers, pace }: NullHttpAnswer): void {
  const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nkeep-alive: timeout=72\r\ncontent-length: ${body.length}${END_OF_HEAD}`;
  const answer = Buffer.concat([Buffer.from(head, "latin1"), body]);
  let rest = "";
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk: Buffer) => {
    rest += chunk.toString("latin1");
    let requests = 0;
    for (let end = endOfRequest(rest); end > 0; end = endOfRequest(rest)) {
      rest = rest.slice(end);
      requests++;
    }
    if (requests === 0) return;
    if (pace) {
      for (; requests > 0; requests--)
        pace((isRefused) => socket.write(isRefused ? REFUSAL : answer));
      return;
    }
    beforeAnswers?.();
    socket.write(requests === 1 ? answer : Buffer.concat(new Array(requests).fill(answer)));
  });
}

/** Where the first request ends; 0 when it is not whole. */
function endOfRequest(text: string): number {
  const headEnd = text.indexOf(END_OF_HEAD);
  if (headEnd < 0) return 0;
  const bodyBytes = Number(LENGTH.exec(text.slice(0, headEnd))?.[1] ?? 0);
  const end = headEnd + END_OF_HEAD.length + bodyBytes;
  return end <= text.length ? end : 0;
}
