import { Event } from "#gen/event/v1/event.ts";
import {
  type PostId,
  postIdOf,
  postTimeMs,
  type UserId,
  userIdOf,
} from "../../../../services/model/ids.ts";
import { unavailable } from "../../../../services/platform/grpc/errors/errors.ts";
import type { Destination } from "../../../../services/platform/messaging/bus.ts";
import type { Publishing } from "../../../../services/platform/messaging/outbox/publish-items.ts";
import { MAX_CLOCK_DIFFERENCE_MS } from "../../../../services/platform/storage/ids/clock-guard.ts";
import { IdStamper } from "../../../../services/platform/storage/ids/stamper.ts";
import { encodePostEvent } from "../../../../services/post/domain/post-events.ts";
import type { AuthorPosts, EntryKey } from "../../../../services/timeline/ports.ts";
import type { Life } from "../network.ts";
import { ModelProcess } from "./model-process.ts";

export interface PostRow extends EntryKey {
  deleted: boolean;
}

/** How much the clocks of the nodes differ, ms. */
const SKEWS_MS = [-150, 0, 150];
const MAX_LIVES = 300;

/** The post service, as far as timelines need it: the truth about posts. */
export class ModelPosts extends ModelProcess {
  protected readonly partCount = 2;
  /** By id: what BatchGetPosts answers from. */
  readonly rows = new Map<PostId, PostRow>();
  /** What ListAuthorPosts answers from. */
  readonly #byAuthor = new Map<UserId, Set<PostId>>();
  /** What the author index knows to be deleted: no late creation brings it back. */
  readonly #gone = new Set<PostId>();
  /** What the wall clock of this process is off, ms. */
  clockOffMs = 0;
  /** And what it was off when that was last taken for right. */
  #trustedOffMs = 0;
  /** The time in the newest id that was stored when this process began, Unix ms. */
  #storedMs = 0;
  #stampers: readonly IdStamper[] = [];
  #stampedBy: Life | undefined;
  /** Each life stamps with other nodes, as where the last grant has not ended. */
  #lives = 0;
  /** Told when a post can be read for the first time. */
  onCreated: (post: PostId, author: UserId) => void = () => {};
  /** Told when a post is deleted. */
  onDeleted: (post: PostId) => void = () => {};
  /** Writes the row of what is being published, when that is done too late. */
  declare recordLate: (() => Promise<void>) | undefined;
  /** An answer holds no more posts, whatever was asked for. */
  maxAnswer = Number.POSITIVE_INFINITY;

  async create(authorId: UserId): Promise<PostId> {
    const postId = this.#stamp();
    await this.write("posts", encodePostEvent({ postId, authorId, deleted: false, traceId: "" }));
    return postId;
  }

  async delete(postId: PostId): Promise<void> {
    const row = this.rows.get(postId);
    if (!row || row.deleted) return;
    const { authorId } = row;
    await this.write("posts", encodePostEvent({ postId, authorId, deleted: true, traceId: "" }));
  }

  protected override recording(life: Life): Pick<Publishing, "record"> {
    const record = this.env.postLog.recorder(life);
    if (!this.env.variant.recordsLate) return { record };
    return {
      record: async (items) => {
        this.recordLate = () => record(items);
      },
    };
  }

  protected override async publish(queue: Destination, payloads: readonly Uint8Array[]) {
    await super.publish(queue, payloads);
    await this.recordLate?.();
  }

  /** One author after the other, as partitions are read: no snapshot. */
  async list(
    authors: readonly UserId[],
    since: bigint,
    before: bigint,
    limit: number,
  ): Promise<AuthorPosts> {
    const found: EntryKey[] = [];
    for (const authorId of authors) {
      for (const postId of this.#byAuthor.get(authorId) ?? []) {
        const isInRange = postId >= since && (before === 0n || postId < before);
        if (isInRange && !this.#gone.has(postId)) found.push({ postId, authorId });
      }
      if (this.env.dice.chance(0.3)) await this.env.turns.next();
    }
    found.sort((a, b) => (a.postId > b.postId ? -1 : 1));
    const most = Math.min(limit, this.maxAnswer);
    if (found.length <= most) return { posts: found, completeFrom: postIdOf(since) };
    return { posts: found.slice(0, most), completeFrom: found[most - 1].postId };
  }

  protected apply(change: Uint8Array, part: "all" | number): void {
    const { event } = Event.decode(change);
    if (event?.$case !== "post") return;
    const { deleted } = event.value;
    const postId = postIdOf(event.value.postId);
    const authorId = userIdOf(event.value.authorId);
    const isNew = !this.rows.has(postId);
    const row = this.rows.getOrInsertComputed(postId, () => ({ postId, authorId, deleted: false }));
    if (isNew) this.onCreated(postId, authorId);
    if (deleted && !row.deleted) {
      row.deleted = true;
      this.onDeleted(postId);
    }
    if (part === 0) return;
    if (deleted) this.#gone.add(postId);
    this.#byAuthor.getOrInsertComputed(authorId, () => new Set()).add(postId);
  }

  /** As after a correction that has lasted. */
  correctClock(): void {
    this.clockOffMs = 0;
    this.#trustedOffMs = 0;
  }

  /** By one of the nodes of this process's life; UNAVAILABLE while its clock is not to be trusted. */
  #stamp(): PostId {
    if (this.#stampedBy !== this.life()) this.#takeGrants();
    if (Math.abs(this.clockOffMs - this.#trustedOffMs) > MAX_CLOCK_DIFFERENCE_MS) {
      this.env.note("the clock of the post service was set");
      throw unavailable("no ids: the clock was set");
    }
    const node = this.env.dice.below(SKEWS_MS.length);
    const id = this.#stampers[node].next(this.#nowMs + SKEWS_MS[node]);
    if (typeof id !== "string") {
      // A timeline that is full has its floor there: the post would be acknowledged, and seen by nobody.
      if (postTimeMs(id) <= this.#storedMs)
        this.env.report("an id was stamped below what is stored");
      return id;
    }
    this.env.note("the clock of the post service is behind");
    throw unavailable(`no ids: ${id}`);
  }

  /** A node's next grant begins after its last, and after all that is stored. */
  #takeGrants(): void {
    this.#stampedBy = this.life();
    this.#trustedOffMs = this.clockOffMs;
    this.#storedMs = 0;
    for (const id of this.rows.keys()) this.#storedMs = Math.max(this.#storedMs, postTimeMs(id));
    const isBlind = this.env.variant.stampsByClockAlone === true;
    this.#stampers = SKEWS_MS.map((skewMs, node) => {
      const seenMs = Math.max(this.#storedMs + 1, this.#stampers[node]?.unusedFromMs ?? 0);
      const fromMs = Math.floor(Math.max(this.#nowMs + skewMs, isBlind ? 0 : seenMs));
      return new IdStamper({ node: this.#lives * SKEWS_MS.length + node, fromMs, toMs: Infinity });
    });
    this.#lives = (this.#lives + 1) % MAX_LIVES;
  }

  get #nowMs(): number {
    return this.env.clock.nowMs() + this.clockOffMs;
  }
}
