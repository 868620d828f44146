import type {
  EngagementServiceService,
  WatchReactionsRequest,
  WatchReactionsResponse,
} from "#gen/engagement/v1/engagement.ts";
import { MAX_BATCH_GET_POSTS } from "../../model/limits.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import { PushStream } from "../../platform/concurrency/push-stream.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import type { ReactionHub, Watch } from "../domain/reaction-hub.ts";
import { type Asked, type ShownFrom, shownReactions } from "../domain/shown-reactions.ts";
import { postIds } from "./arguments.ts";
import { askedOf } from "./batch-get-reactions.ts";

export interface WatchDeps extends ShownFrom {
  readonly hub: ReactionHub;
  readonly clock: Clock;
  /** Ends the streams. */
  readonly closing: AbortSignal;
}

/** Between two messages of a stream, ms. */
const SPACING_MS = 500;

/** Sends what changed of the posts that the caller names, as it changes. */
export function watchReactions(
  deps: WatchDeps,
): Handler<(typeof EngagementServiceService)["watchReactions"]> {
  return (requests, call) => {
    const answers = new PushStream<WatchReactionsResponse>();
    const signal = AbortSignal.any([call.signal, deps.closing]);
    const wake = new PushStream<true>();
    let isAwake = false;
    const watch = deps.hub.watch(() => {
      if (!isAwake) wake.push(true);
      isAwake = true;
    });
    const end = (error?: unknown) => {
      watch.close();
      wake.end();
      answers.end(error);
    };
    signal.addEventListener("abort", () => end(signal.reason), { once: true });
    const asked = Promise.withResolvers<Asked>();
    asked.promise.catch(() => {});
    read(requests, watch, asked).then(() => end(), end);
    const send = async () => {
      for await (const _ of wake) {
        isAwake = false;
        await sendChanges(deps, watch, await asked.promise, answers);
        await deps.clock.delay(SPACING_MS, signal);
      }
    };
    send().catch(end);
    return answers;
  };
}

async function read(
  requests: AsyncIterable<WatchReactionsRequest>,
  watch: Watch,
  asked: PromiseWithResolvers<Asked>,
): Promise<void> {
  try {
    for await (const request of requests) {
      asked.resolve(askedOf(request));
      watch.follow(postIds("post_ids", request.postIds, MAX_BATCH_GET_POSTS));
    }
  } finally {
    asked.reject(new Error("the stream has ended"));
  }
}

async function sendChanges(
  from: ShownFrom,
  watch: Watch,
  asked: Asked,
  answers: PushStream<WatchReactionsResponse>,
): Promise<void> {
  const posts = watch.take();
  for (let at = 0; at < posts.length; at += MAX_BATCH_GET_POSTS) {
    const some = posts.slice(at, at + MAX_BATCH_GET_POSTS);
    answers.push({ reactions: await shownReactions(from, some, asked) });
  }
}
