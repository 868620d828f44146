import { Event } from "#gen/event/v1/event.ts";
import {
  makePostId,
  POST_EPOCH_MS,
  type PostId,
  type UserId,
} from "../../../services/model/ids.ts";
import type { QueueName } from "../../../services/platform/messaging/bus.ts";
import type { Publishing } from "../../../services/platform/messaging/outbox/publish-items.ts";
import { encodePostEvent } from "../../../services/post/domain/post-events.ts";
import type { AuthorPosts, EntryKey } from "../../../services/timeline/ports.ts";
import { ModelProcess } from "./model-process.ts";
import type { Life } from "./network.ts";

export interface PostRow extends EntryKey {
  deleted: boolean;
}

const SEQUENCES = 4_096;

/** The post service, as far as timelines need it: the truth about posts. */
export class ModelPosts extends ModelProcess {
  protected readonly partCount = 2;
  /** By id: what BatchGetPosts answers from. */
  readonly rows = new Map<PostId, PostRow>();
  /** What ListAuthorPosts answers from. */
  readonly #byAuthor = new Map<UserId, Set<PostId>>();
  /** What the author index knows to be deleted: no late creation brings it back. */
  readonly #gone = new Set<PostId>();
  /** The last stamp of each node: ids rise, whatever the clock does. */
  readonly #stamps = [0, 0, 0];
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

  protected override async publish(queue: QueueName, payloads: readonly Uint8Array[]) {
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
    if (found.length <= most) return { posts: found, completeFrom: since as PostId };
    return { posts: found.slice(0, most), completeFrom: found[most - 1].postId };
  }

  protected apply(change: Uint8Array, part: "all" | number): void {
    const { event } = Event.decode(change);
    if (event?.$case !== "post") return;
    const { deleted } = event.value;
    const postId = event.value.postId as PostId;
    const authorId = event.value.authorId as UserId;
    const row = this.rows.getOrInsertComputed(postId, () => ({ postId, authorId, deleted: false }));
    if (deleted && !row.deleted) {
      row.deleted = true;
      this.onDeleted(postId);
    }
    if (part === 0) return;
    if (deleted) this.#gone.add(postId);
    this.#byAuthor.getOrInsertComputed(authorId, () => new Set()).add(postId);
  }

  /** Each node's clock is a little off. */
  #stamp(): PostId {
    const node = this.env.dice.below(this.#stamps.length);
    const skewMs = (node - 1) * 150;
    const nowMs = this.env.clock.nowMs() + skewMs - POST_EPOCH_MS;
    const next = Math.max(this.#stamps[node] + 1, nowMs * SEQUENCES);
    this.#stamps[node] = next;
    return makePostId(Math.floor(next / SEQUENCES) + POST_EPOCH_MS, node + 1, next % SEQUENCES);
  }
}
