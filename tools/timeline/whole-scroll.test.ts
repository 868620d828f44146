import { expect, test } from "vitest";
import {
  DegradedReason,
  type GetTimelineRequest,
  GetTimelineResponse,
} from "#gen/timeline/v1/timeline.ts";
import { strictlyFalls, wholeScroll } from "./whole-scroll.ts";

const VIEWER = 7n;

const pageOf = (
  postIds: readonly bigint[],
  nextPageToken: string,
  degraded: DegradedReason[] = [],
) =>
  GetTimelineResponse.fromPartial({
    entries: postIds.map((postId) => ({ postId })),
    nextPageToken,
    degraded,
  });

/** Answers with these pages, one after the other, and keeps the tokens it was asked by. */
function scripted(pages: readonly GetTimelineResponse[]) {
  const asked: string[] = [];
  const waits: number[] = [];
  const timeline = {
    getTimeline: async ({ pageToken }: GetTimelineRequest) => {
      asked.push(pageToken);
      return pages[Math.min(asked.length, pages.length) - 1];
    },
  };
  const options = { maxWaits: 3, delay: async (ms: number) => waits.push(ms) };
  return { asked, waits, scrolled: () => wholeScroll(timeline, VIEWER, options) };
}

test("it ends where there is no token, and a short or empty page is no end", async () => {
  const { asked, scrolled } = scripted([pageOf([9n, 8n], "a"), pageOf([], "b"), pageOf([3n], "")]);
  const { postIds, pages } = await scrolled();
  expect(postIds).toEqual([9n, 8n, 3n]);
  expect(pages).toHaveLength(3);
  expect(asked).toEqual(["", "a", "b"]);
});

test("a page that lacks something is asked for again by the same token, and what it had is not taken", async () => {
  const slow = pageOf([8n], "a", [DegradedReason.COLD_SLOW]);
  const { asked, waits, scrolled } = scripted([
    pageOf([9n], "a"),
    slow,
    slow,
    pageOf([8n, 7n], ""),
  ]);
  expect((await scrolled()).postIds).toEqual([9n, 8n, 7n]);
  expect(asked).toEqual(["", "a", "a", "a"]);
  expect(waits).toHaveLength(2);
});

test("a page that lacks something for ever is an error that names it", async () => {
  const { asked, scrolled } = scripted([pageOf([], "", [DegradedReason.COLD_SLOW])]);
  await expect(scrolled()).rejects.toThrow(
    "page 1 of viewer 7 says DEGRADED_REASON_COLD_SLOW for too long",
  );
  expect(asked).toHaveLength(4);
});

test.each([
  ["its own", [pageOf([9n], "a"), pageOf([], "a")]],
  ["one of an earlier page", [pageOf([9n], "a"), pageOf([8n], "b"), pageOf([7n], "a")]],
])(
  "a page that lacks nothing and gives %s token is an error: the scroll would not end",
  async (_, pages) => {
    const { scrolled } = scripted(pages);
    await expect(scrolled()).rejects.toThrow(
      `page ${pages.length + 1} of viewer 7 gives a token that was given`,
    );
  },
);

test("what strictly falls repeats nothing", () => {
  expect(strictlyFalls([3n, 2n, 1n])).toBe(true);
  expect(strictlyFalls([3n, 3n])).toBe(false);
  expect(strictlyFalls([2n, 3n])).toBe(false);
});
