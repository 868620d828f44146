import { setTimeout as delay } from "node:timers/promises";
import { present } from "../../services/model/invariant.ts";
import { DomainError } from "../../services/platform/grpc/errors/errors.ts";
import type { TestMesh } from "../../test/support/mesh/mesh.ts";
import {
  type Acknowledged,
  postUntilAcknowledged,
  timelineOf,
} from "../../test/support/mesh/people.ts";
import { judge } from "../timeline/check/judge.ts";
import { strictlyFalls, wholeScroll } from "../timeline/whole-scroll.ts";
import {
  type FollowedStreams,
  followAll,
  type StreamsVerdict,
} from "../trial/streams/follow-all.ts";
import { streamAtOwner } from "./stream-at-owner.ts";

export interface CrowdCounts {
  posts: number;
  scrolls: number;
  lapses: number;
}

const BETWEEN_POSTS_MS = 1_000;
const BETWEEN_SCROLLS_MS = 2_000;
const BETWEEN_LAPSES_MS = 3_000;
const FOLLOWERS = 4;
/** For streams to show the rest when all is quiet. */
const STREAM_PATIENCE_MS = 60_000;

/** People who are all friends: they post, scroll, follow live and lapse until they are told to stop. */
export class Crowd {
  readonly people: readonly bigint[];
  readonly acknowledged: Acknowledged[] = [];
  readonly counts: CrowdCounts = { posts: 0, scrolls: 0, lapses: 0 };
  readonly #mesh: TestMesh;
  readonly #stopping = new AbortController();
  #work: Promise<unknown> | undefined;
  #followed: FollowedStreams | undefined;

  constructor(mesh: TestMesh, people: readonly bigint[]) {
    this.#mesh = mesh;
    this.people = people;
  }

  begin(): void {
    this.#followed = followAll(
      this.people.slice(0, FOLLOWERS).map((viewer) => ({
        name: String(viewer),
        open: streamAtOwner(this.#mesh, viewer),
        expected: () => [...this.#visibleTo(viewer)],
      })),
    );
    this.#work = Promise.all([
      ...this.people.map((person) => this.#post(person)),
      ...this.people.slice(0, this.people.length / 2).map((person) => this.#scroll(person)),
      this.#lapse(),
    ]);
    this.#work.catch(() => {});
  }

  /** Resolves when everybody's last call is answered; throws what was wrong during traffic. */
  async end(): Promise<void> {
    this.#stopping.abort();
    await this.#work;
  }

  /** Everybody's whole timeline against all posts that were acknowledged. */
  async check(): Promise<{ entries: number; lost: number; extra: number; repeated: number }> {
    const sum = { entries: 0, lost: 0, extra: 0, repeated: 0 };
    for (const viewer of this.people) {
      const { postIds } = await wholeScroll(timelineOf(this.#mesh, viewer), viewer);
      const { lost, extra, repeated } = judge(postIds, this.#visibleTo(viewer));
      sum.entries += postIds.length;
      sum.lost += lost.length;
      sum.extra += extra.length;
      sum.repeated += repeated.length;
    }
    return sum;
  }

  /** What live streams have shown of it, when all is quiet; ends them. */
  async streams(): Promise<StreamsVerdict> {
    return await present(this.#followed).verdict(STREAM_PATIENCE_MS);
  }

  #visibleTo(viewer: bigint): ReadonlySet<bigint> {
    const posts = this.acknowledged.filter(({ authorId }) => authorId !== viewer);
    return new Set(posts.map(({ postId }) => postId));
  }

  async #post(author: bigint): Promise<void> {
    for (let i = 0; await this.#goesOn(BETWEEN_POSTS_MS); i++) {
      const id = `${author}-${i}`;
      this.acknowledged.push(await postUntilAcknowledged(this.#mesh.posts, author, id, id));
      this.counts.posts++;
    }
  }

  /** Scrolls to the end, which lies in the posts, for the index reaches back a minute. */
  async #scroll(viewer: bigint): Promise<void> {
    while (await this.#goesOn(BETWEEN_SCROLLS_MS)) {
      const { postIds } = await wholeScroll(timelineOf(this.#mesh, viewer), viewer);
      if (!strictlyFalls(postIds)) throw new Error(`a scroll of ${viewer} does not fall`);
      this.counts.scrolls++;
    }
  }

  /** Somebody's timeline ends, as after weeks away; their next page fills it again. */
  async #lapse(): Promise<void> {
    for (let i = 0; await this.#goesOn(BETWEEN_LAPSES_MS); i++) {
      const viewerIds = [this.people[i % this.people.length]];
      for (const timeline of this.#mesh.timelines) {
        await timeline.deactivateTimelines({ viewerIds }).then(
          () => this.counts.lapses++,
          (error) => {
            if (!(error instanceof DomainError)) throw error;
          },
        );
      }
    }
  }

  async #goesOn(ms: number): Promise<boolean> {
    const { signal } = this.#stopping;
    if (!signal.aborted) await delay(ms, undefined, { signal }).catch(() => {});
    return !signal.aborted;
  }
}
