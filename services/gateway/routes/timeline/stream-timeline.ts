import type { OutgoingHttpHeaders } from "node:http";
import { Type } from "@sinclair/typebox";
import type { FastifyReply, FastifyRequest } from "fastify";
import { DEFAULT_PAGE_ENTRIES } from "../../../model/limits.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import type { Logger } from "../../../platform/telemetry/logger.ts";
import type { Metrics } from "../../../platform/telemetry/metrics.ts";
import { streamOpenings } from "../../http/callers/rate-limit.ts";
import { EventWriter } from "../../http/streams/event-writer.ts";
import type { LiveStream, LiveStreams } from "../../http/streams/live-streams.ts";
import type { App, StartCall } from "../../http/types.ts";
import { LiveReactions } from "../../live-reactions.ts";
import { beat, endAfter, firstMessage, leave, pump } from "../../live-timeline.ts";
import type { Friends, Posts, Reactions, Timelines } from "../../ports.ts";
import { problem } from "../../schemas/answers.ts";
import { ALLOWED } from "../../schemas/ids.ts";
import { StreamQuery } from "../../schemas/timeline.ts";

/** Buffering proxies (nginx) are told to pass events on as they come. */
const EVENT_STREAM_HEADERS = {
  "content-type": "text/event-stream",
  "cache-control": "no-store",
  "x-accel-buffering": "no",
};
const MAX_CURSOR_CHARACTERS = 8_192;

const Headers = Type.Object({
  "last-event-id": Type.Optional(
    Type.String({
      maxLength: MAX_CURSOR_CHARACTERS,
      [ALLOWED]: "a cursor from an earlier event",
      description:
        "The id of the last event seen: newer entries come first, as far as they are held.",
    }),
  ),
});

export const STREAM_PATH = "/v1/timeline/stream";

const schema = {
  operationId: "streamTimeline",
  summary: "Follow one's timeline live",
  description:
    "Server-sent events: the newest page, oldest entry first, then entries as they appear. " +
    "An event named entry holds an entry with its post, and its id is the entry's cursor; one named " +
    "reactions holds the likes and comments of a post that was shown, as they change; one named " +
    "degraded names what may be missing. The stream ends at its maximum age, with the token, or " +
    "when the reader is too slow: connect again with Last-Event-ID. Drop repeats by post_id. " +
    "A browser's EventSource, which sends no headers, opens it with stream_token and last_event_id.",
  tags: ["timeline"],
  headers: Headers,
  querystring: StreamQuery,
  response: {
    200: {
      description: "A stream of events.",
      content: { "text/event-stream": { schema: Type.String() } },
    },
    default: problem,
  },
};

export interface StreamTimelineDeps {
  readonly timelines: Timelines;
  readonly posts: Posts;
  readonly friends: Friends;
  readonly reactions: Reactions | undefined;
  readonly startCall: StartCall;
  readonly streams: LiveStreams;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, "tracer">;
  readonly heartbeatMs: number;
  readonly maxAgeMs: number;
  readonly slowConsumerMs: number;
  /** Streams that one user may open in each window. */
  readonly maxOpenings: number;
  readonly openingsWindowMs: number;
}

export function streamTimeline(app: App, deps: StreamTimelineDeps): void {
  // HEAD would hold a stream open that nobody can read.
  const config = { rateLimit: streamOpenings(deps.maxOpenings, deps.openingsWindowMs) };
  const options = { schema, config, exposeHeadRoute: false };
  app.get(STREAM_PATH, options, async (request, reply) => {
    const stream = deps.streams.enter(request.caller.userId, request.ip);
    reply.raw.once("close", () => stream.abort.abort("the client has gone"));
    try {
      await serve(
        deps,
        { request, reply, stream },
        {
          limit: request.query.limit ?? DEFAULT_PAGE_ENTRIES,
          resumeCursor: request.headers["last-event-id"] ?? request.query.last_event_id ?? "",
        },
      );
    } finally {
      stream.abort.abort("the stream has ended");
      stream.close();
    }
    return reply;
  });
}

interface OpenedStream {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly stream: LiveStream;
}

/** Serves one stream until it ends. Errors before its head is out are answered as any other. */
async function serve(
  deps: StreamTimelineDeps,
  { request, reply, stream: { abort } }: OpenedStream,
  watch: { readonly limit: number; readonly resumeCursor: string },
): Promise<void> {
  const { clock, log, posts, friends, reactions } = deps;
  const { signal } = abort;
  const { userId: viewerId, expiresMs } = request.caller;
  const { priority } = deps.startCall(request);
  const options = { signal, requestId: request.id, forUser: viewerId, priority };
  const source = deps.timelines.watchTimeline({ viewerId, ...watch }, options);
  const messages = source[Symbol.asyncIterator]();
  // On every way out, also those on which nobody waits for a next message.
  signal.addEventListener("abort", () => leave(messages), { once: true });
  const { first } = await firstMessage(messages, clock, signal);
  writeHead(reply, viewerId);
  const writer = new EventWriter(reply.raw, deps);
  const lifeMs = Math.max(0, Math.min(deps.maxAgeMs, expiresMs - clock.nowMs()));
  endAfter(lifeMs, "the stream has reached its age", abort, clock);
  beat(deps.heartbeatMs, writer, signal, clock);
  const startCall = () => deps.startCall(request);
  const live = new LiveReactions(viewerId, {
    ...{ reactions, friends, clock, log, signal, requestId: request.id, startCall },
    write: (events) => writer.write(events, signal),
  });
  const { tracer } = deps.metrics;
  const onShown = live.follow.bind(live);
  await pump(first, messages, writer, { posts, startCall, log, signal, onShown, tracer });
}

/** Clients wait for 1 to 3 s, by user, so that a gateway's end does not bring all of them at once. */
function writeHead(reply: FastifyReply, viewer: bigint): void {
  const headers = { ...reply.getHeaders(), ...EVENT_STREAM_HEADERS };
  reply.hijack();
  reply.raw.writeHead(200, headers as OutgoingHttpHeaders);
  reply.raw.write(`retry: ${1_000 + Number(viewer % 2_000n)}\n\n`);
}
