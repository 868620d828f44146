import { expect, it } from "vitest";
import { CreatePostRequest, type PostServiceService } from "#gen/post/v1/post.ts";
import { idsOf } from "../../model/wire/id-pairs.ts";
import { decodePostLogRow } from "../../model/wire/post-log-row.ts";
import type { Client } from "../../platform/grpc/call.ts";
import type { PostService } from "../create.ts";

/** The service, and a person nobody else in the suite writes as. */
interface Started {
  readonly posts: Client<typeof PostServiceService>;
  readonly service: PostService;
  readonly author: bigint;
}

const draft = (authorId: bigint, text: string) => CreatePostRequest.fromPartial({ authorId, text });

/** What the post service promises to who keeps an index of everyone's posts. */
export function postLogSuite(started: () => Started): void {
  it("has logged what it published, for who keeps an index of it", async () => {
    const { posts, service, author } = started();
    const { postId } = await posts.createPost(draft(author, "hello"));
    await posts.deletePost({ postId, authorId: author });
    await service.settle();
    const { heads } = await posts.getPostLogHeads({});
    const list = (generation: bigint) =>
      posts.listPostLog({ generation, seq: 0n, bucket: 0, direction: 1, limit: 500 });
    const answers = await Promise.all(heads.map(({ generation }) => list(generation)));
    const ids = answers.flatMap(({ rows }) =>
      rows.flatMap(({ packed }) => idsOf(decodePostLogRow(packed).posts)),
    );
    expect(ids).toContain(postId);
    expect(ids).toContain(postId | (1n << 63n));
    await expect(posts.listPostLog({ ...heads[0], direction: 0, limit: 1 })).rejects.toMatchObject({
      violations: [{ field: "direction" }],
    });
  });

  it("tells those who watch of what it logs", async () => {
    const { posts, author } = started();
    const told = new Set<bigint>();
    const enough = new AbortController();
    const watch = async () => {
      for await (const { head, rows } of posts.watchPostLog({}, { signal: enough.signal })) {
        expect(head?.seq).toBeGreaterThanOrEqual(rows.at(-1)?.seq ?? 0n);
        for (const { packed } of rows)
          for (const postId of idsOf(decodePostLogRow(packed).posts)) told.add(postId);
      }
    };
    const watching = watch();
    watching.catch(() => {});
    // What is logged before the stream is open is not on it; and of a post it may be told before its author is answered.
    const created: bigint[] = [];
    while (!created.some((postId) => told.has(postId))) {
      created.push((await posts.createPost(draft(author, "hello"))).postId);
    }
    enough.abort();
    await expect(watching).rejects.toMatchObject({ code: "CANCELLED" });
  });
}
