import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { CreatePostRequest } from "#gen/post/v1/post.ts";
import { present } from "../../services/model/invariant.ts";
import { strictlyFalls, wholeScroll } from "../../tools/timeline/whole-scroll.ts";
import { engineSets } from "../support/engines/engine-sets.ts";
import { startTestMesh } from "../support/mesh/mesh.ts";
import { readOnce, timelineOf } from "../support/mesh/people.ts";

const run = promisify(execFile);
const PEOPLE = 200;
const FRIENDS_EACH = 60;
const AUTHORS = 60;
const folder = mkdtempSync(join(tmpdir(), "tidings-graph-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Everyone knows the next 30 people on a circle, and so the 30 before: 6,000 friendships. */
function circle(): readonly (readonly [number, number])[] {
  return Array.from({ length: PEOPLE }, (_, i) => i).flatMap((i) =>
    Array.from(
      { length: FRIENDS_EACH / 2 },
      (_, step) => [i + 1, ((i + step + 1) % PEOPLE) + 1] as const,
    ),
  );
}

describe.each(await engineSets())("an imported graph on the $name engines", ({ env }) => {
  test.skipIf(!env)("gives every friend each post, once", { timeout: 300_000 }, async () => {
    const file = join(folder, "circle.txt");
    const pairs = circle();
    writeFileSync(file, `${pairs.map((pair) => pair.join(" ")).join("\n")}\nnot a line\n`);
    const mesh = await startTestMesh({ env: present(env), timelines: 2 });
    try {
      const address = `${mesh.host}:${mesh.ports.friend}`;
      const imported = await run(
        process.execPath,
        ["tools/import-graph/main.ts", file, "--address", address],
        { cwd: join(import.meta.dirname, "../..") },
      ).catch((error: { stdout: string; stderr: string }) => error);
      expect(`${imported.stdout}${imported.stderr}`).toContain(`line ${pairs.length + 1}`);
      const everyone = Array.from({ length: PEOPLE }, (_, i) => BigInt(i + 1));
      await readOnce(mesh, everyone);

      const posts = await Promise.all(
        everyone.slice(0, AUTHORS).map(async (authorId) => {
          const request = CreatePostRequest.fromPartial({ authorId, text: `from ${authorId}` });
          return { authorId, postId: (await mesh.posts.createPost(request)).postId };
        }),
      );
      await mesh.settle();

      for (const viewer of everyone) {
        const { postIds } = await wholeScroll(timelineOf(mesh, viewer), viewer);
        const expected = posts
          .filter(({ authorId }) => areOnCircle(Number(authorId), Number(viewer)))
          .map(({ postId }) => postId);
        expect(strictlyFalls(postIds)).toBe(true);
        expect(new Set(postIds)).toEqual(new Set(expected));
      }
    } finally {
      await mesh.end();
    }
  });
});

function areOnCircle(a: number, b: number): boolean {
  const apart = Math.abs(a - b);
  return apart !== 0 && Math.min(apart, PEOPLE - apart) <= FRIENDS_EACH / 2;
}
