import type { CountUnreadResponse } from "#gen/timeline/v1/timeline.ts";
import type { PostId, UserId } from "../../../../services/model/ids.ts";
import { present } from "../../../../services/model/invariant.ts";
import type { Mesh } from "../../mesh/mesh.ts";
import { Life } from "../../mesh/network.ts";
import { readableNow } from "../reader.ts";
import type { Watch } from "./watch.ts";

/**
 * How many entries are newer than one that was seen, while the mesh goes on: no fewer than were shown above it, or could
 * be when it was asked for, and still can; no more than there are; or it is said what may be missing.
 */
export class Count {
  readonly #mesh: Mesh;
  readonly #watch: Watch;
  readonly #since: PostId;
  /** What has to be counted. */
  readonly #owed = new Map<PostId, UserId>();

  constructor(mesh: Mesh, watch: Watch, since: PostId) {
    this.#mesh = mesh;
    this.#watch = watch;
    this.#since = since;
  }

  async ask(): Promise<void> {
    const { env } = this.#mesh;
    const { viewer, cursors } = this.#watch;
    const timeline = this.#mesh.timelineOf(viewer);
    const serve = () => {
      const readable = readableNow(this.#mesh, timeline, viewer);
      for (const [id, author] of readable ?? []) this.#owe(id, author);
      for (const id of cursors.keys())
        if (this.#watch.isVisible(id)) this.#owe(id, this.#authorOf(id));
      return timeline.parts.count(viewer, cursors.get(this.#since) ?? "");
    };
    const answer = await env.network.call(new Life(), timeline.life, serve).catch(() => undefined);
    if (answer) this.#check(answer);
  }

  /** No longer to be counted. */
  deleted(post: PostId): void {
    this.#owed.delete(post);
  }

  unfriended(viewer: UserId, friend: UserId): void {
    if (viewer !== this.#watch.viewer) return;
    for (const [post, author] of this.#owed) if (author === friend) this.#owed.delete(post);
  }

  #owe(id: PostId, author: UserId): void {
    if (id > this.#since) this.#owed.set(id, author);
  }

  #authorOf(id: PostId): UserId {
    return present(this.#mesh.posts.rows.get(id)).authorId;
  }

  #check({ count, degraded }: CountUnreadResponse): void {
    const { env, posts } = this.#mesh;
    env.note(degraded.length > 0 ? "a count says what it lacks" : "a count lacks nothing");
    const fail = (problem: string) => env.report(`count of ${this.#watch.viewer}: ${problem}`);
    const most = [...posts.rows.keys()].filter((id) => id > this.#since).length;
    if (count > most) fail(`${count} above ${this.#since}, where there are ${most}`);
    if (degraded.length > 0 || count >= this.#owed.size) return;
    fail(`${count} above ${this.#since}, but [${[...this.#owed.keys()]}] were to be seen`);
  }
}
