/** Certificates of less than a minute, on a whole mesh: renewed in time nobody notices, and else everybody says why. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { CreatePostRequest, PostServiceService } from "#gen/post/v1/post.ts";
import { tokenFileIn } from "../../console/access/admin-token.ts";
import type { MeshMap } from "../../console/views/map/map.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import type { DomainError } from "../../services/platform/grpc/errors/errors.ts";
import { PATIENT } from "../../services/platform/grpc/testing/patient.ts";
import { makeCertificates, TRUST_DOMAIN } from "../../tools/certs/certificates.ts";
import { fetchPage } from "../../tools/mesh/fetch-page.ts";
import { scrapeAll } from "../../tools/mesh/scrape.ts";
import { developmentToken } from "../../tools/token/development-token.ts";
import { startTestMesh, type TestMesh } from "../support/mesh/mesh.ts";
import { until } from "../support/until.ts";

const run = promisify(execFile);
/** Those of the mesh look for another every 5 s. */
const LIFE_MS = 24_000;
/** As an issuer does, well before the end. */
const RENEWED_EVERY_MS = LIFE_MS / 4;
/** Of those that nobody renews: they end before any that were there. */
const LAST_LIFE_MS = 14_000;
const [AUTHOR, FRIEND] = [1n, 2n];

const dataDir = mkdtempSync(join(tmpdir(), "tidings-mesh-"));
const folder = join(dataDir, "certs");
let mesh: TestMesh;
let endsMs = 0;
let renewing: NodeJS.Timeout | undefined;

async function renew(lifeMs = LIFE_MS): Promise<void> {
  const nowMs = Date.now();
  await makeCertificates({ folder, trustDomain: TRUST_DOMAIN, lifeMs, nowMs });
  endsMs = nowMs + lifeMs;
}

beforeAll(async () => {
  await renew();
  renewing = setInterval(() => renew(), RENEWED_EVERY_MS);
  const env = { TIDINGS_TLS: "1" };
  mesh = await startTestMesh({ env, dataDir, console: true, neighbours: ["engagement"] });
  await mesh.friends.addFriend({ userId: AUTHOR, friendId: FRIEND });
  await rest("GET", "timeline");
});
afterAll(() => {
  clearInterval(renewing);
  return mesh?.end();
});

async function tokenOf(user: bigint): Promise<Readonly<Record<string, string>>> {
  return { authorization: `Bearer ${await developmentToken(user, { TIDINGS_DATA_DIR: dataDir })}` };
}

/** A request of the friend to the gateway. */
async function rest(method: string, path: string) {
  const url = `http://${mesh.host}:${mesh.ports.gateway}/v1/${path}`;
  const answer = await fetch(url, { method, headers: await tokenOf(FRIEND) });
  return { status: answer.status, text: await answer.text() };
}

function post(text: string) {
  return mesh.posts.createPost(CreatePostRequest.fromPartial({ authorId: AUTHOR, text }));
}

/** Of each process, by its metrics: how many seconds are left to what it shows. */
async function leftSeconds(): Promise<ReadonlyMap<string, number>> {
  const pages = [...(await scrapeAll(mesh, PATIENT.defaultDeadlineMs))];
  return new Map(
    pages.map(([label, page = ""]) => {
      const days = /^tidings_certificate_remaining_days\S* (\S+)/m.exec(page)?.[1];
      return [label, Number(days) * 86_400];
    }),
  );
}

async function askConsole() {
  const token = readFileSync(tokenFileIn(mesh.dataDir), "utf8").trim();
  const headers = { authorization: `Bearer ${token}` };
  const url = `http://${mesh.host}:${mesh.ports.console}/console?as=json`;
  return fetch(url, { headers });
}

/** Why processes do not answer the console, by label. */
async function silences(): Promise<ReadonlyMap<string, string | undefined>> {
  const { processes } = (await (await askConsole()).json()) as MeshMap;
  const silent = processes.filter(({ state }) => state === "silent");
  return new Map(silent.map(({ label, why }) => [label, why]));
}

/** A live stream of the friend: its text so far, and whether it has ended. */
async function openStream(signal: AbortSignal) {
  const url = `http://${mesh.host}:${mesh.ports.gateway}/v1/timeline/stream`;
  const answer = await fetch(url, { headers: await tokenOf(FRIEND), signal });
  const seen = { text: "", isOver: false };
  const read = async () => {
    for await (const chunk of answer.body ?? []) seen.text += Buffer.from(chunk).toString();
  };
  read()
    .catch(() => {})
    .finally(() => {
      seen.isOver = true;
    });
  return seen;
}

it("a renewal in time drops no call, no stream, and nobody's sight of anybody", async () => {
  const firstEndsMs = endsMs;
  using leave = new DisposableStack();
  const left = leave.adopt(new AbortController(), (one) => one.abort());
  // Who repeats nothing: a call that is dropped shows.
  const once = { ...PATIENT, credentials: mesh.credentials, to: "post", retry: "none" as const };
  const channel = leave.use(connect(`${mesh.host}:${mesh.ports.post}`, once));
  const { batchGetPosts } = createClient(PostServiceService, channel);
  const stream = await openStream(left.signal);

  let posts = 0;
  // Until all have ended by which a connection or a stream began.
  while (Date.now() < firstEndsMs) {
    const { postId } = await post(`post ${posts++}`);
    const { results } = await batchGetPosts({ postIds: [postId] });
    expect(results).toHaveLength(1);
    const { status, text } = await rest("GET", "timeline?include=posts");
    expect(status, text).toBe(200);
    // It waits 2 s for each process, which one of a busy machine may take: then it sees that one the next time.
    await until(async () => (await silences()).size === 0);
    const seconds = await leftSeconds();
    expect([...seconds].filter(([, one]) => !(one > 0))).toEqual([]);
  }
  await mesh.settle();
  expect((await rest("GET", "timeline?include=posts")).text).toContain(`post ${posts - 1}`);
  await until(() => stream.isOver || stream.text.includes(`post ${posts - 1}`));
  expect(stream.isOver).toBe(false);
});

it("what nobody renews is told before its end, and refused by that name", async () => {
  clearInterval(renewing);
  await renew(LAST_LIFE_MS);
  await until(async () => Math.max(...(await leftSeconds()).values()) < LAST_LIFE_MS / 1_000);
  const expired = expect.stringContaining("certificate has expired");
  const refusal = () =>
    mesh.posts.batchGetPosts({ postIds: [1n] }).then(
      () => undefined,
      (error: DomainError) => error,
    );
  // For the second in which it ends it is UNAUTHENTICATED.
  let refused: DomainError | undefined;
  await until(async () => {
    refused = await refusal();
    return refused?.message.includes("certificate has expired") ?? false;
  });
  expect(refused?.code).toBe("UNAVAILABLE");
  expect(Date.now()).toBeGreaterThan(endsMs - 2_000);
  for (const { metricsPort } of mesh.plans) {
    const page = `${mesh.host}:${metricsPort}/metrics`;
    const signal = AbortSignal.timeout(PATIENT.defaultDeadlineMs);
    await expect(fetchPage(page, signal, mesh.credentials)).rejects.toMatchObject({
      message: expired,
    });
  }
  const others = mesh.plans.filter(({ label }) => label !== "console").map(() => expired);
  let why: readonly unknown[] = [];
  // A process that is too busy to refuse within 2 s has not answered.
  await until(async () => {
    why = [...(await silences()).values()];
    return !why.includes("no answer in time");
  });
  expect(why).toEqual(others);
  // An app is told that it can't be answered (for the second of the end, that it is not known), and the log why: it names machines.
  const gatewayLog = () => {
    const lines = readFileSync(mesh.logFile, "utf8").split("\n");
    return lines.filter((line) => line.includes('"service":"gateway"')).join("\n");
  };
  await until(async () => {
    const { status } = await rest("GET", "timeline");
    return status === 503 && gatewayLog().includes("certificate has expired");
  });
  const env = { ...process.env, TIDINGS_TLS: "1", TIDINGS_DATA_DIR: dataDir };
  const args = ["tools/call/main.ts", "friend", "CountFriends", '{"user_ids":["1"]}'];
  await expect(run(process.execPath, args, { env })).rejects.toMatchObject({
    stderr: expect.stringMatching(/svid\.pem ended at .*: have it issued anew/),
  });
});

it("and all go on when it is renewed after all, without a restart", async () => {
  await renew();
  await until(() => post("after all").then(Boolean, () => false));
  await until(async () => (await rest("GET", "timeline")).status === 200);
  await until(async () => (await silences()).size === 0);
});
