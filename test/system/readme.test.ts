import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { findPortBase, isPortFree } from "../../tools/mesh/free-ports.ts";
import { blockOf, onPorts, README } from "../support/readme/readme.ts";
import { newcomerEnv, ROOT, shell } from "../support/readme/shell.ts";

const dataDir = mkdtempSync(join(tmpdir(), "tidings-readme-"));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const base = await findPortBase();
const env = newcomerEnv({ TIDINGS_DATA_DIR: dataDir, TIDINGS_PORT_BASE: String(base) });
/** The lines of the README's blocks marked `sh tour`, on this test's ports. */
const tour = onPorts(blockOf("tour"), base);

describe("npm start, from a shell with the machine's own Node", () => {
  test("brings up a world, prints three commands that work, and ends on one Ctrl-C", async () => {
    const start = shell("npm start", env);
    await start.printed(/Ready after/);
    const said = start.output();
    expect(said).toMatch(/A small world: 24 people/);
    for (const name of ["post", "friend", "timeline", "ranking", "fanout", "gateway"]) {
      expect(said).toMatch(new RegExp(`^${name} +ready on \\d+`, "m"));
    }
    const [post = "", read = "", watch = ""] = said
      .split("\n")
      .filter((line) => line.startsWith("  curl"));

    const watching = shell(watch, env);
    await watching.printed(/event: entry/);
    const posted = await shell(post, env).ended;
    const { post_id: postId } = JSON.parse(posted.output) as { post_id: string };
    await watching.printed(new RegExp(`"post_id":"${postId}"`));
    watching.interrupt();
    const page = JSON.parse((await shell(read, env).ended).output) as {
      entries: { post_id: string; text: string }[];
    };
    expect(page.entries[0]).toMatchObject({ post_id: postId, text: "Hello, friends" });

    start.interrupt();
    const { code, output } = await start.ended;
    expect(code).toBe(0);
    expect(output).not.toMatch(/npm (ERR|error)/i);
    expect(await isPortFree(base, "127.0.0.1")).toBe(true);
  });

  test("finds all data on a second start, on which the README's tour works", async () => {
    const start = shell("npm start", env);
    await start.printed(/Ready after/);
    expect(start.output()).not.toMatch(/A small world/);
    const { code, output } = await shell(`set -e\n${tour}`, env).ended;
    expect(output).toContain("Hello from curl");
    expect(output).toMatch(/"author_id": ?"7"/);
    expect(output).toContain('{"friend_id":"71","state":"requested","changed":true}');
    expect(output).toContain('{"friend_id":"70","state":"friends","changed":true}');
    expect(code).toBe(0);
    const friends = await shell(`set -e\n${blockOf("friends", "docs/friends.md")}`, env).ended;
    expect(friends.output).toMatch(/"are_friends": ?true/);
    expect(friends.code).toBe(0);
    const timeline = await shell(`set -e\n${blockOf("timeline", "docs/timeline.md")}`, env).ended;
    expect(timeline.output).toMatch(/viewer 70: \d+ entries/);
    expect(timeline.code).toBe(0);
    start.interrupt();
    expect((await start.ended).code).toBe(0);
  });

  test("ends with 0 on a Ctrl-C while it still starts", async () => {
    const start = shell("npm start", env);
    await start.printed(/ready on/);
    start.interrupt();
    const { code, output } = await start.ended;
    expect(code).toBe(0);
    expect(output).not.toMatch(/npm (ERR|error)/i);
  });

  test("names a port in use and what to do, and leaves nothing behind", async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(base + 1, "127.0.0.1", resolve));
    const { code, output } = await shell("npm start", env).ended;
    holder.close();
    expect(code).toBe(1);
    expect(output).toContain(`port ${base + 1} (post)`);
    expect(output).toContain("TIDINGS_PORT_BASE");
    expect(await isPortFree(base, "127.0.0.1")).toBe(true);
  });
});

describe("the commands of the README", () => {
  const scripts = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).scripts as object;
  const named = [...README.matchAll(/npm run (?:--silent )?([a-z-]+)/g)].map((match) => match[1]);

  test.each([...new Set(named)])("npm run %s is there", (name) => {
    expect(Object.keys(scripts)).toContain(name);
  });

  test.each(["call", "token", "import-graph", "dead-letters", "engines", "bench"])(
    "npm run %s -- --help explains itself",
    async (name) => {
      const { code, output } = await shell(`npm run --silent ${name} -- --help`, env).ended;
      expect(code).toBe(0);
      expect(output).toMatch(/Usage/);
    },
  );
});
