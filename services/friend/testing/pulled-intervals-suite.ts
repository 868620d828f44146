import { describe, expect, test } from "vitest";
import type { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { postTimeMs } from "../../model/ids.ts";
import type { Client } from "../../platform/grpc/call.ts";

/** What the friend service promises of the table of pulled intervals, over gRPC. */
export function pulledIntervalsSuite(
  friends: () => Pick<
    Client<typeof FriendServiceService>,
    "listPulledIntervals" | "setPulled" | "pullPost"
  >,
): void {
  describe("the table of pulled intervals", () => {
    async function table(knownVersion = -1n) {
      const messages = await Array.fromAsync(
        friends().listPulledIntervals({ knownVersion, reads: undefined }),
      );
      const [{ version, validThrough }] = messages;
      return { version, validThrough, intervals: messages.flatMap((one) => one.intervals) };
    }

    test("is settled ahead of the time, and sent to who does not have it", async () => {
      const { fromPostId } = await friends().setPulled({ authorId: 501n, pulled: true });
      const read = await table();
      expect(postTimeMs(read.validThrough)).toBeGreaterThan(Date.now());
      expect(read.intervals).toContainEqual({
        authorId: 501n,
        sincePostId: fromPostId,
        untilPostId: 0n,
        isAlsoPushed: false,
      });
      expect((await table(read.version)).intervals).toEqual([]);
    });

    test("says the same of who is pulled already, and ends at an id that is not settled", async () => {
      const first = await friends().setPulled({ authorId: 502n, pulled: true });
      expect(await friends().setPulled({ authorId: 502n, pulled: true })).toEqual(first);
      const { validThrough } = await table();
      const { fromPostId } = await friends().setPulled({ authorId: 502n, pulled: false });
      expect(fromPostId).toBeGreaterThanOrEqual(validThrough);
      expect(await friends().setPulled({ authorId: 502n, pulled: false })).toEqual({ fromPostId });
      expect((await friends().setPulled({ authorId: 503n, pulled: false })).fromPostId).toBe(0n);
    });

    test("tells readers of a post that did not reach everybody, of the past too, and once", async () => {
      const { version } = await table();
      const post = { postId: 77n, authorId: 504n };
      for (let i = 0; i < 2; i++) await friends().pullPost(post);
      const interval = { authorId: 504n, sincePostId: 77n, untilPostId: 78n, isAlsoPushed: true };
      const read = await table();
      expect(read.intervals.filter(({ authorId }) => authorId === 504n)).toEqual([interval]);
      expect(read.version).toBe(version + 1n);
      await expect(friends().pullPost({ postId: 0n, authorId: 504n })).rejects.toMatchObject({
        violations: [{ field: "post_id" }],
      });
    });

    test("takes everybody for an author, and nobody below", async () => {
      await friends().setPulled({ authorId: 0n, pulled: true });
      await friends().setPulled({ authorId: 0n, pulled: false });
      expect((await table()).intervals.some(({ authorId }) => authorId === 0n)).toBe(true);
      await expect(friends().setPulled({ authorId: -1n, pulled: true })).rejects.toMatchObject({
        violations: [{ field: "author_id" }],
      });
    });
  });
}
