import type { PostReactions } from "#gen/engagement/v1/engagement.ts";
import { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import type { Clock } from "../platform/clock/clock.ts";
import { PushStream } from "../platform/concurrency/push-stream.ts";
import { eventText } from "./http/streams/event-writer.ts";
import { reactionsJson } from "./json/reaction.ts";
import { degradedWords } from "./json/words.ts";
import type { CallContext, Friends } from "./ports.ts";
import { friendsAmong } from "./readable-posts.ts";
import { NEWEST_COMMENTS, type ReactionDeps } from "./shown-reactions.ts";

type Asked = { viewerId: bigint; postIds: bigint[]; newestComments: number };

/** A post that a stream has shown. */
export interface ShownPost {
  readonly postId: bigint;
  readonly authorId: bigint;
}

export interface LiveReactionDeps extends ReactionDeps {
  readonly friends: Pick<Friends, "batchCheckFriends">;
  readonly clock: Pick<Clock, "delay">;
  /** A message has the time of a request. */
  readonly startCall: () => CallContext;
  readonly requestId: string;
  readonly signal: AbortSignal;
  /** False: the reader has gone. */
  readonly write: (events: string) => Promise<boolean>;
}

/** Of one stream, and of one request. */
const MAX_FOLLOWED = 1_000;
const MAX_AT_ONCE = 200;
const RETRY_MS = 5_000;

/** The reactions to the posts that one live stream has shown, as they change, while the viewer may see the posts. */
export class LiveReactions {
  readonly #viewerId: bigint;
  readonly #deps: LiveReactionDeps;
  /** Posts, and who wrote them. */
  readonly #followed = new Map<bigint, bigint>();
  #requests = new PushStream<Asked>();

  constructor(viewerId: bigint, deps: LiveReactionDeps) {
    this.#viewerId = viewerId;
    this.#deps = deps;
    if (deps.reactions !== undefined) void this.#run(deps.reactions);
  }

  /** From now on. They are told as they are first. */
  follow(posts: readonly ShownPost[]): void {
    if (this.#deps.reactions === undefined) return;
    for (const { postId, authorId } of posts) this.#followed.set(postId, authorId);
    for (const post of this.#followed.keys()) {
      if (this.#followed.size <= MAX_FOLLOWED) break;
      this.#followed.delete(post);
    }
    this.#ask(posts.map(({ postId }) => postId));
  }

  #ask(posts: readonly bigint[]): void {
    for (let from = 0; from < posts.length; from += MAX_AT_ONCE) {
      const postIds = posts.slice(from, from + MAX_AT_ONCE);
      const newestComments = NEWEST_COMMENTS;
      this.#requests.push({ viewerId: this.#viewerId, postIds, newestComments });
    }
  }

  async #run(reactions: NonNullable<ReactionDeps["reactions"]>): Promise<void> {
    const { clock, log, requestId, signal, write } = this.#deps;
    let isAway = false;
    while (!signal.aborted) {
      try {
        for await (const answer of reactions.watchReactions(this.#requests, {
          signal,
          requestId,
          forUser: this.#viewerId,
        })) {
          isAway = false;
          const events = (await this.#permitted(answer.reactions)).map((one) =>
            eventText("reactions", { post_id: String(one.postId), ...reactionsJson(one) }),
          );
          if (events.length > 0 && !(await write(events.join("")))) return;
        }
      } catch (error) {
        if (signal.aborted) return;
        if (!isAway) log.warn({ err: error, requestId }, "a stream goes on without reactions");
        const degraded = degradedWords([DegradedReason.REACTIONS_UNAVAILABLE]);
        if (!isAway && !(await write(eventText("degraded", { degraded })))) return;
        isAway = true;
      }
      await clock.delay(RETRY_MS, signal).catch(() => {});
      this.#requests = new PushStream<Asked>();
      this.#ask([...this.#followed.keys()]);
    }
  }

  /** Those of friends still: who was one when the post was shown may be none, be blocked or be hidden now. */
  async #permitted(reactions: readonly PostReactions[]): Promise<readonly PostReactions[]> {
    const { friends, startCall } = this.#deps;
    const authorOf = ({ postId }: PostReactions) => this.#followed.get(postId);
    const authors = new Set(reactions.map(authorOf).filter((author) => author !== undefined));
    const isOwn = authors.delete(this.#viewerId);
    const still = await friendsAmong(friends, this.#viewerId, [...authors], startCall());
    if (isOwn) still.add(this.#viewerId);
    return reactions.filter((one) => still.has(authorOf(one) ?? 0n));
  }
}
