import { describe, expect, it } from "vitest";
import { type PostResult, PostStatus } from "#gen/post/v1/post.ts";
import { DegradedReason, type GetTimelineResponse } from "#gen/timeline/v1/timeline.ts";
import { readPageWithPosts } from "./page-with-posts.ts";

interface Feed {
  /** Newest first. */
  readonly ids: readonly number[];
  readonly deleted?: readonly number[];
  readonly unknown?: readonly number[];
  readonly degraded?: DegradedReason[];
  readonly postsAreDown?: boolean;
  /** The page request, counted from 1, that fails. */
  readonly failingPage?: number;
}

function read(feed: Feed, limit: number) {
  const asked: [limit: number, token: string | undefined][] = [];
  const page = readPageWithPosts(
    {
      page: async (pageLimit, token) => {
        asked.push([pageLimit, token]);
        if (asked.length === feed.failingPage) throw new Error("away");
        return pageOf(feed, pageLimit, token);
      },
      posts: async (entries) =>
        feed.postsAreDown ? undefined : entries.map(({ postId }) => resultOf(feed, Number(postId))),
    },
    limit,
  );
  return { page, asked };
}

function pageOf(feed: Feed, limit: number, token: string | undefined): GetTimelineResponse {
  const below = token === undefined ? Number.POSITIVE_INFINITY : Number(token);
  const rest = feed.ids.filter((id) => id < below);
  const ids = rest.slice(0, limit);
  return {
    entries: ids.map((id) => ({
      postId: BigInt(id),
      authorId: 1n,
      cursor: String(id),
      reasons: [],
    })),
    nextPageToken: rest.length > limit ? String(ids.at(-1)) : "",
    degraded: feed.degraded ?? [],
  };
}

function resultOf(feed: Feed, id: number): PostResult {
  const status = feed.deleted?.includes(id)
    ? PostStatus.DELETED
    : feed.unknown?.includes(id)
      ? PostStatus.UNKNOWN
      : PostStatus.FOUND;
  return { postId: BigInt(id), status, post: undefined };
}

function countdown(from: number): number[] {
  return Array.from({ length: from }, (_, index) => from - index);
}

async function idsOf({ page }: ReturnType<typeof read>): Promise<number[]> {
  return (await page).entries.map(({ entry }) => Number(entry.postId));
}

describe("readPageWithPosts", () => {
  it("reads one page when nothing was deleted", async () => {
    const reading = read({ ids: countdown(9) }, 4);
    expect(await idsOf(reading)).toEqual([9, 8, 7, 6]);
    expect((await reading.page).nextPageToken).toBe("6");
    expect(reading.asked).toEqual([[4, undefined]]);
  });

  it("makes up for deleted posts with as many below the last entry", async () => {
    const reading = read({ ids: countdown(9), deleted: [9, 7] }, 4);
    expect(await idsOf(reading)).toEqual([8, 6, 5, 4]);
    expect((await reading.page).nextPageToken).toBe("4");
    expect(reading.asked).toEqual([
      [4, undefined],
      [2, "6"],
    ]);
  });

  it("refills at most 3 times, and then gives a short page with a token", async () => {
    const reading = read({ ids: countdown(99), deleted: countdown(99) }, 5);
    expect(await idsOf(reading)).toEqual([]);
    expect((await reading.page).nextPageToken).toBe("80");
    expect(reading.asked.map(([, token]) => token)).toEqual([undefined, "95", "90", "85"]);
  });

  const holed = { ids: countdown(50), deleted: countdown(50).filter((id) => id % 3 !== 0) };
  const shown = countdown(50).filter((id) => id % 3 === 0);

  async function scrolled(page: typeof pageOf): Promise<number[]> {
    const seen: number[] = [];
    for (let token: string | undefined, isFirst = true; isFirst || token; isFirst = false) {
      const from = token;
      const { entries, nextPageToken } = await readPageWithPosts(
        {
          page: async (limit, below) => page(holed, limit, below ?? from),
          posts: async (some) => some.map(({ postId }) => resultOf(holed, Number(postId))),
        },
        4,
      );
      seen.push(...entries.map(({ entry }) => Number(entry.postId)));
      token = nextPageToken;
    }
    return seen;
  }

  it("loses no entry over a whole scroll", async () => {
    expect(await scrolled(pageOf)).toEqual(shown);
  });

  it("would lose some, were the token of a page used that has more entries than are shown", async () => {
    const leavingOut: typeof pageOf = (feed, limit, token) => {
      const page = pageOf(feed, limit + 1, token);
      return { ...page, entries: page.entries.slice(0, limit) };
    };
    expect(await scrolled(leavingOut)).not.toEqual(shown);
  });

  it("does not refill past the end of the timeline", async () => {
    const reading = read({ ids: countdown(3), deleted: [2] }, 3);
    expect(await idsOf(reading)).toEqual([3, 1]);
    expect(reading.asked).toHaveLength(1);
  });

  it("keeps unknown posts on the page", async () => {
    const reading = read({ ids: countdown(3), unknown: [2] }, 3);
    expect(await idsOf(reading)).toEqual([3, 2, 1]);
  });

  it("shows entries without posts when the post service does not answer, and says so", async () => {
    const reading = read(
      { ids: countdown(3), postsAreDown: true, degraded: [DegradedReason.FILLING] },
      3,
    );
    expect(await idsOf(reading)).toEqual([3, 2, 1]);
    const { degraded } = await reading.page;
    expect(degraded).toEqual([DegradedReason.FILLING, DegradedReason.POSTS_UNAVAILABLE]);
  });

  it("keeps what it has when a refill fails", async () => {
    const reading = read({ ids: countdown(9), deleted: [9], failingPage: 2 }, 3);
    expect(await idsOf(reading)).toEqual([8, 7]);
    expect((await reading.page).nextPageToken).toBe("7");
  });

  it("fails when there is no first page", async () => {
    await expect(read({ ids: [], failingPage: 1 }, 3).page).rejects.toThrow("away");
  });
});
