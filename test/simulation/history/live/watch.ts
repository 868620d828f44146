import {
  DegradedReason,
  type WatchTimelineRequest,
  type WatchTimelineResponse,
} from "#gen/timeline/v1/timeline.ts";
import {
  type Messages,
  type Opened,
  resumedWatch,
} from "../../../../services/gateway/adapters/resumed-watch.ts";
import {
  firstPostIdAt,
  type PostId,
  postIdOf,
  type UserId,
  userIdOf,
} from "../../../../services/model/ids.ts";
import { RETENTION_MS } from "../../../../services/model/limits.ts";
import { DomainError, unavailable } from "../../../../services/platform/grpc/errors/errors.ts";
import type { Mesh } from "../../mesh/mesh.ts";
import { Life } from "../../mesh/network.ts";
import { positionOf } from "../reader.ts";
import { USERS } from "../steps.ts";
import { Ledger } from "./ledger.ts";

/** What a browser waits before it connects again. */
const RECONNECT_MS = 1_000;

/**
 * One timeline that an app follows, through a gateway, whose streams break wherever the mesh does: each is
 * resumed from the last cursor, by the gateway's own code, or by the app when the gateway is gone. Whatever its ledger
 * says is owed has come, or was named, once the mesh is quiet.
 */
export class Watch {
  readonly viewer: UserId;
  /** Of each entry that it has shown. */
  readonly cursors = new Map<PostId, string>();
  readonly #mesh: Mesh;
  readonly #limit: number;
  readonly #ledger: Ledger;
  readonly #life = new Life();
  #cursor = "";
  #connection = new AbortController();
  #isLeft = false;
  /** Whether a stream is open now that has brought something. */
  #isOpen = false;
  /** No friends when the stream was opened, and ever since. */
  #strangers = new Set<UserId>();
  #resumes: PromiseWithResolvers<void> | undefined;

  constructor(mesh: Mesh, viewer: UserId, limit: number) {
    this.#mesh = mesh;
    this.viewer = viewer;
    this.#limit = limit;
    this.#ledger = new Ledger(limit);
  }

  /** Until it is left. */
  async follow(): Promise<void> {
    const { clock } = this.#mesh.env;
    while (!this.#isLeft) {
      this.#connection = new AbortController();
      await this.#connect(this.#connection.signal).catch(() => {});
      if (!this.#isLeft) await clock.delay(RECONNECT_MS);
    }
  }

  /** Its connection to the gateway breaks. */
  cut(): void {
    this.#mesh.env.note("a live stream is cut");
    this.#connection.abort();
  }

  /** It takes nothing until it goes on. */
  stall(): void {
    this.#resumes ??= Promise.withResolvers();
  }

  goOn(): void {
    this.#resumes?.resolve();
    this.#resumes = undefined;
  }

  leave(): void {
    this.#isLeft = true;
    this.goOn();
    this.#connection.abort();
  }

  created(post: PostId, author: UserId): void {
    if (!this.#isSettled(author)) this.#ledger.excuse(post);
  }

  /** Who is no friend all the time is owed for by nobody. */
  unfriended(viewer: UserId, friend: UserId): void {
    if (viewer !== this.viewer) return;
    this.#strangers.delete(friend);
    for (const { postId, authorId } of this.#mesh.posts.rows.values())
      if (authorId === friend) this.#ledger.excuse(postId);
  }

  /** And has been all the time since the last word of a friend change. */
  isVisible(post: PostId): boolean {
    const row = this.#mesh.posts.rows.get(post);
    return row !== undefined && !row.deleted && this.#isSettled(row.authorId);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get lacks(): readonly PostId[] {
    return this.#ledger.lacks(this.#visible);
  }

  async #connect(signal: AbortSignal): Promise<void> {
    const { env } = this.#mesh;
    const request = { viewerId: this.viewer, limit: this.#limit, resumeCursor: this.#cursor };
    const stream = resumedWatch(request, {
      open: (resumed) => this.#open(resumed, signal),
      clock: env.clock,
      random: env.dice.random,
      signal,
    });
    for await (const message of stream) {
      this.#take(message);
      await this.#resumes?.promise;
    }
  }

  /** At whoever owns the timeline now; each message travels, and is lost with its stream. */
  async #open(request: WatchTimelineRequest, signal: AbortSignal): Promise<Opened> {
    const { env } = this.#mesh;
    const timeline = this.#mesh.timelineOf(this.viewer);
    const ended = new AbortController();
    const asked = env.variant.opening?.(request) ?? request;
    const opening = env.network.call(this.#life, timeline.life, async () => {
      const served = timeline.life();
      this.#strangers = new Set(USERS.filter((user) => this.#isStranger(user)));
      const messages = timeline.parts.watch(asked, ended.signal);
      const end = () => {
        ended.abort();
        void messages.return(undefined);
      };
      try {
        return { served, messages, end, first: await messages.next() };
      } catch (error) {
        end();
        throw error;
      }
    });
    const { served, messages, end, first } = await untilGone(opening, signal);
    if (first.done) throw unavailable("the stream ended before its first message");
    env.note("a live stream opens");
    this.#ledger.opened();
    for (const { postId, authorId } of this.#mesh.posts.rows.values())
      if (!this.#isSettled(authorId)) this.#ledger.excuse(postId);
    this.#isOpen = true;
    const travelling: Messages = {
      next: () => {
        const life = () => (served?.alive ? served : undefined);
        return untilGone(
          env.network.call(this.#life, life, () => messages.next()),
          signal,
        );
      },
      return: async () => {
        this.#isOpen = false;
        this.#ledger.broke();
        end();
        return { done: true, value: undefined };
      },
    };
    return { first, messages: travelling };
  }

  #take({ entries, degraded, resumeCursor }: WatchTimelineResponse): void {
    const { posts, env } = this.#mesh;
    const fail = (problem: string) => env.report(`stream of ${this.viewer}: ${problem}`);
    // In pieces: what the first of them names is so of all.
    if (degraded.includes(DegradedReason.FRIENDS_UNAVAILABLE)) this.#strangers.clear();
    let newest = 0n;
    for (const { postId, authorId, cursor } of entries) {
      const id = postIdOf(postId);
      this.cursors.set(id, cursor);
      if (posts.rows.get(id)?.authorId !== userIdOf(authorId))
        fail(`shows ${id}, which is no post`);
      if (this.#strangers.has(userIdOf(authorId)))
        fail(`shows ${id} of ${authorId}, who is no friend`);
      if (id > newest) this.#cursor = cursor;
      if (id > newest) newest = id;
    }
    if (resumeCursor !== undefined) this.#cursor = resumeCursor;
    const seen = resumeCursor === undefined ? 0n : positionOf(resumeCursor, this.viewer);
    const ids = entries.map(({ postId }) => postIdOf(postId));
    this.#ledger.took({ ids, degraded, seen }, this.#visible);
  }

  get #visible(): readonly PostId[] {
    const { clock } = this.#mesh.env;
    return this.#mesh.naive(this.viewer, firstPostIdAt(clock.nowMs() - RETENTION_MS));
  }

  #isStranger(user: UserId): boolean {
    const { friends } = this.#mesh;
    return !friends.areFriends(this.viewer, user) && !this.#mesh.hasFriendEvent(this.viewer, user);
  }

  #isSettled(author: UserId): boolean {
    const { viewer } = this;
    return (
      this.#mesh.friends.areFriends(viewer, author) && !this.#mesh.hasFriendEvent(viewer, author)
    );
  }
}

/** Or until its reader has gone. */
function untilGone<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const gone = new Promise<never>((_, reject) => {
    const reason = new DomainError("CANCELLED", "the reader has gone");
    if (signal.aborted) reject(reason);
    else signal.addEventListener("abort", () => reject(reason), { once: true });
  });
  gone.catch(() => {});
  work.catch(() => {});
  return Promise.race([work, gone]);
}
