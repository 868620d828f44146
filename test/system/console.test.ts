import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Event, EventServiceService } from "#gen/event/v1/event.ts";
import type { MeshMap } from "../../console/views/map/map.ts";
import type { PostLife } from "../../console/views/post/read-post.ts";
import { present } from "../../services/model/invariant.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { PATIENT } from "../../services/platform/grpc/testing/patient.ts";
import { encodeLetter } from "../../services/platform/messaging/dead-letter.ts";
import type { Inspection } from "../../tools/timeline/inspection.ts";
import {
  AUTHOR,
  AWAY,
  type ConsoleMesh,
  READER,
  startConsoleMesh,
  wholeView,
} from "../support/mesh/console-mesh.ts";
import { blockOf } from "../support/readme/readme.ts";
import { newcomerEnv, shell } from "../support/readme/shell.ts";

let running: ConsoleMesh;
let mesh: ConsoleMesh["mesh"];
let origin: string;
let token: string;
let post: bigint;
beforeAll(async () => {
  running = await startConsoleMesh();
  ({ mesh, origin, token, post } = running);
});
afterAll(() => running.end());

const ask = (path: string, init: RequestInit = {}) =>
  fetch(`${origin}${path}`, {
    redirect: "manual",
    ...init,
    headers: { authorization: `Bearer ${token}`, ...init.headers },
  });

/** What the page says with nothing missing. */
const json = <T>(path: string) => wholeView<T>(running, path);

describe("who is let in", () => {
  it("nobody without the token", async () => {
    const without = await fetch(`${origin}/console`, { redirect: "manual" });
    expect(without.status).toBe(401);
    const wrong = await ask("/console", { headers: { authorization: "Bearer guess" } });
    expect(wrong.status).toBe(401);
    const page = { redirect: "manual", headers: { accept: "text/html" } } as const;
    const browser = await fetch(`${origin}/console/shards`, page);
    expect(browser.headers.get("location")).toBe("/console/login?next=%2Fconsole%2Fshards");
  });

  it("no form of another site", async () => {
    const headers = { origin: "https://evil.example" };
    const answer = await ask("/console/queues/letter/x/replay", { method: "POST", headers });
    expect(answer.status).toBe(403);
  });
});

describe("the map", () => {
  it("has every process, and what flows between them", async () => {
    const map = await json<MeshMap>("");
    const labels = mesh.plans.map(({ label }) => label).filter((label) => label !== "console");
    expect(map.processes.map(({ label }) => label).sort()).toEqual([...labels].sort());
    expect(map.processes.every(({ state }) => state === "serving" || state === "up")).toBe(true);
    const ways = map.edges.map(({ from, to }) => `${from} > ${to}`);
    expect(ways).toEqual(
      expect.arrayContaining(["post > bus", "bus > fanout", "fanout > timeline"]),
    );
  });
});

describe("one post's life", () => {
  it("goes from its acceptance to whoever has it, and says who has not and why", async () => {
    const life = await json<PostLife>(`/post/${post}`);
    expect(life.problems).toEqual([]);
    const steps = life.steps.map(({ step, process }) => `${step} ${process}`);
    expect(steps).toEqual(
      expect.arrayContaining([
        ...["accepted post", "stored post", "relayed post", "taken fanout", "cut fanout"],
        ...["appended timeline", "delivered fanout"],
      ]),
    );
    expect(life.hops.map(({ to }) => to)).toEqual(
      expect.arrayContaining(["stored", "relayed", "taken", "cut", "appended", "delivered"]),
    );
    expect(life.holders).toMatchObject([
      { viewer_id: String(READER), has_it: true, place: "ring", timeline: "complete" },
      { viewer_id: String(AWAY), has_it: false, place: "not-kept", timeline: "inactive" },
    ]);
  });

  it("of a post that never was is not found, and of none is refused", async () => {
    expect((await ask("/console/post/12345?as=json")).status).toBe(404);
    expect((await ask("/console/post/x?as=json")).status).toBe(400);
  });
});

describe("a person's timeline", () => {
  it("says where each entry lies", async () => {
    const found = await json<Inspection>(`/person/${READER}`);
    expect(found).toMatchObject({ state: "complete" });
    expect(found.entries).toMatchObject([{ post_id: String(post), source: "ring" }]);
  });

  it("that is inactive stays so", async () => {
    for (let looks = 0; looks < 2; looks++) {
      const found = await json<Inspection>(`/person/${AWAY}`);
      expect(found).toMatchObject({ state: "inactive", entries: [] });
    }
  });
});

describe("dead letters", () => {
  interface Queues {
    readonly dead_letters: readonly { readonly letter_id: string; readonly reason: string }[];
  }

  it("are shown with what a replay does, and replayed", async () => {
    const value = { postId: post, authorId: AUTHOR, createTimeMs: 0n, deleted: false };
    const event = {
      event: { $case: "post", value },
      requestId: "",
      messageId: Buffer.alloc(0),
    } as const;
    await giveUp(Event.encode(event).finish());
    const { dead_letters } = await json<Queues>("/queues");
    expect(dead_letters).toMatchObject([{ reason: "a test" }]);
    const path = `/queues/letter/${dead_letters[0].letter_id}`;
    expect(await json(path)).toMatchObject({
      may_replay: true,
      preview: {
        queue: "posts.fanout",
        viewers_looked_at: 2,
        would_get_it: 0,
        would_not_change: 2,
      },
    });
    const replayed = await ask(`/console${path}/replay`, { method: "POST" });
    expect(replayed.headers.get("location")).toBe("/console/queues");
    await mesh.settle();
    expect((await json<Queues>("/queues")).dead_letters).toEqual([]);
    const { steps } = await json<PostLife>(`/post/${post}`);
    expect(steps.filter(({ step }) => step === "taken").length).toBe(2);
  });
});

describe("each page", () => {
  it("is also JSON, and a file that runs nothing", async () => {
    for (const path of running.pages) {
      const data = await ask(`/console${path}?as=json`);
      expect([path, data.status]).toEqual([path, 200]);
      expect(data.headers.get("content-type")).toContain("application/json");
      await data.json();
      const file = await ask(`/console${path}?as=file`);
      expect(file.headers.get("content-disposition")).toMatch(/^attachment; filename="tidings-/);
      const text = await file.text();
      expect(text).not.toContain("<script");
      expect(text).toContain("default-src &#39;none&#39;");
    }
  });

  it("shows the report of a load run", async () => {
    const report = await ask("/console/runs/steady.json");
    expect(report.status).toBe(200);
    expect(await report.text()).toContain("Tidings load report");
    expect((await ask("/console/runs/..%2Fsteady.json?as=json")).status).toBe(400);
  });
});

describe("a deleted post", () => {
  it("is shown to nobody, and nobody misses it", async () => {
    const draft = { authorId: AUTHOR, text: "Too soon", requestId: "", client: "", device: "" };
    const { postId } = await mesh.posts.createPost({ ...draft, place: undefined });
    await mesh.settle();
    await mesh.posts.deletePost({ postId, authorId: AUTHOR });
    await mesh.settle();
    const { state, holders } = await json<PostLife>(`/post/${postId}`);
    expect(state).toBe("deleted");
    expect(holders).toMatchObject([
      { viewer_id: String(READER), has_it: false, why: "kept, and marked as deleted" },
      { viewer_id: String(AWAY), has_it: false, why: expect.stringContaining("does not find it") },
    ]);
    const page = await (await ask(`/console/post/${postId}`)).text();
    expect(page).toContain("Nobody is shown it any more.");
    expect(page).not.toContain("rebuild");
  });
});

describe("a worker that stands still", () => {
  it("is said to keep a post waiting, and advises no rebuild", async () => {
    const worker = present(mesh.processes.get("fanout"));
    worker.signal("SIGSTOP");
    try {
      const draft = { authorId: AUTHOR, text: "Waits", requestId: "", client: "", device: "" };
      const { postId } = await mesh.posts.createPost({ ...draft, place: undefined });
      const life = async () => {
        const answer = await ask(`/console/post/${postId}?as=json`);
        return (await answer.json()) as PostLife;
      };
      let seen = await life();
      const isTold = () => seen.steps.some(({ step }) => step === "relayed");
      while (!isTold() || seen.problems.length > 1) seen = await life();
      const { problems, holders } = seen;
      expect(problems).toEqual(["fanout: does not answer (no answer in time)"]);
      expect(holders[0]).toMatchObject({
        ...{ viewer_id: String(READER), has_it: false, place: "missing" },
        why: "fanout does not answer; the post waits in posts.fanout (1 message)",
      });
    } finally {
      worker.signal("SIGCONT");
    }
    await mesh.settle();
  });
});

describe("the lines of the README", () => {
  it("make a post, and show its life", async () => {
    const lines = blockOf("console")
      .replaceAll(":8090", `:${mesh.ports.console}`)
      .replaceAll(".data/console", join(mesh.dataDir, "console"));
    const env = newcomerEnv({ TIDINGS_PORT_BASE: String(mesh.ports.gateway) });
    const { code, output } = await shell(lines, env).ended;
    expect(code).toBe(0);
    expect(output).toContain('"author_id": "7"');
  });
});

/** As a worker gives a message up. */
async function giveUp(payload: Uint8Array): Promise<void> {
  using channel = connect(`${mesh.host}:${mesh.ports.post}`, { ...PATIENT, to: "post" });
  const letter = encodeLetter({
    ...{ queue: "posts.fanout", payload, reason: "a test" },
    timeMs: BigInt(Date.now()),
  });
  const payloads = [Buffer.from(letter)];
  await createClient(EventServiceService, channel).publish({ queue: "dead-letters", payloads });
}
