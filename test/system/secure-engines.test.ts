import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CreatePostRequest } from "#gen/post/v1/post.ts";
import { GetTimelineRequest } from "#gen/timeline/v1/timeline.ts";
import { tokenFileIn } from "../../console/access/admin-token.ts";
import { present } from "../../services/model/invariant.ts";
import { shardOf } from "../../services/model/shards.ts";
import { readConfig } from "../../services/platform/config/config.ts";
import { PATIENT } from "../../services/platform/grpc/testing/patient.ts";
import { AMQP_VARIABLES, brokerOf } from "../../services/platform/messaging/rabbit/config.ts";
import { openConnection } from "../../services/platform/messaging/rabbit/connection.ts";
import { CQL_VARIABLES } from "../../services/platform/storage/cql/config.ts";
import { connectCql } from "../../services/platform/storage/cql/session.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { startSecureEngines } from "../../tools/engines/private/private.ts";
import type { SecurePlace } from "../../tools/engines/secure/secure-place.ts";
import { scrapeAll } from "../../tools/mesh/scrape.ts";
import { untilAnswered } from "../../tools/mesh/until-answered.ts";
import { developmentToken } from "../../tools/token/development-token.ts";
import { runningBroker } from "../support/engines/rabbit-bus.ts";
import { startTestMesh, type TestMesh } from "../support/mesh/mesh.ts";

const run = promisify(execFile);
const log = createLogger("test", "silent");
const [AUTHOR, FRIEND] = [1n, 2n];
const STARTING_MS = 300_000;
const UNTIL_OWNED = { passing: ["UNAVAILABLE"], maxTries: 300, waitMs: 100 };
/** Private engines start where others run: nobody else is asked for them. */
const areEnginesWanted = (await runningBroker()) !== undefined;

describe.skipIf(!areEnginesWanted)("RabbitMQ and Cassandra by TLS, for those who log in", () => {
  const parts = new AsyncDisposableStack();
  let env: Readonly<Record<string, string>>;
  let place: SecurePlace;
  let mesh: TestMesh;

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), "tidings-secure-"));
    parts.defer(() => rmSync(folder, { recursive: true, force: true }));
    ({ env, place } = await startSecureEngines(folder, parts));
    mesh = await startTestMesh({
      env: { ...env, TIDINGS_TLS: "1", TIDINGS_LOG_LEVEL: "debug" },
      console: true,
    });
    parts.defer(() => mesh.end());
  }, STARTING_MS);
  afterAll(() => parts.disposeAsync(), STARTING_MS);

  const readTimeline = async () => {
    const request = GetTimelineRequest.fromPartial({ viewerId: FRIEND });
    return mesh.router.call(shardOf(FRIEND), (owner) => owner.getTimeline(request));
  };

  it("carry a post to a friend", async () => {
    await mesh.friends.addFriend({ userId: AUTHOR, friendId: FRIEND });
    await untilAnswered(readTimeline, UNTIL_OWNED);
    const draft = CreatePostRequest.fromPartial({ authorId: AUTHOR, text: "sealed twice" });
    const { postId } = await mesh.posts.createPost(draft);
    await mesh.settle();
    const { entries } = await readTimeline();
    expect(entries).toContainEqual(expect.objectContaining({ postId }));
  });

  it.each([
    ["another password", { TIDINGS_AMQP_PASSWORD_FILE: "CA", TIDINGS_CQL_PASSWORD_FILE: "CA" }],
    ["nobody's name", { TIDINGS_AMQP_USER: "", TIDINGS_CQL_USER: "" }],
    ["no authority", { TIDINGS_AMQP_CA_FILE: "", TIDINGS_CQL_CA_FILE: "" }],
  ])("let nobody in with %s, and their errors say no secret", async (_, changed) => {
    const other = Object.entries(changed).map(([name, value]) => [
      name,
      value === "CA" ? place.files.authority : value,
    ]);
    const wrong = { ...env, ...Object.fromEntries(other) };
    const broker = brokerOf(readConfig(AMQP_VARIABLES, wrong));
    const asked = { ...broker, service: "test", connectTimeoutMs: 5_000 };
    const refused = await openConnection(asked, "publish", log).catch((error: Error) => error);
    expect(refused).toBeInstanceOf(Error);
    const cql = { ...readConfig(CQL_VARIABLES, wrong), service: "test" };
    const denied = await connectCql(cql, log).catch((error: Error) => error);
    expect(denied).toBeInstanceOf(Error);
    const texts = [refused, denied].map((error) => `${error} ${(error as Error).cause ?? ""}`);
    expect(texts.join()).not.toContain(place.password);
  });

  /** Each passes through all that logs, the right one and a wrong one; gives those that were made meanwhile. */
  async function showTokens(token: string): Promise<readonly string[]> {
    const [gateway, console] = [mesh.ports.gateway, present(mesh.ports.console)].map(
      (port) => `http://${mesh.host}:${port}`,
    );
    const ask = async (url: string, bearer?: string, method = "GET") => {
      const headers = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
      const leave = new AbortController();
      const answer = await fetch(url, { method, headers, signal: leave.signal });
      const isStream = answer.headers.get("content-type")?.startsWith("text/event-stream");
      const body = isStream ? {} : await answer.json().catch(() => ({}));
      leave.abort();
      return { status: answer.status, body: body as Readonly<Record<string, string>> };
    };
    const wrong = `${token.slice(0, -30)}${"x".repeat(30)}`;
    expect((await ask(`${gateway}/v1/timeline?include=posts`, token)).status).toBe(200);
    expect((await ask(`${gateway}/v1/timeline`, wrong)).status).toBe(401);
    const made = await ask(`${gateway}/v1/stream-tokens`, token, "POST");
    const stream = present(made.body.stream_token);
    const wrongStream = `${stream.slice(0, -30)}${"x".repeat(30)}`;
    const streamUrl = (shown: string) => `${gateway}/v1/timeline/stream?stream_token=${shown}`;
    expect((await ask(streamUrl(stream))).status).toBe(200);
    expect((await ask(streamUrl(wrongStream))).status).toBe(401);
    const admin = (await readFile(tokenFileIn(mesh.dataDir), "utf8")).trim();
    const wrongAdmin = `${admin.slice(0, -3)}xxx`;
    expect((await ask(`${console}/console?as=json`, admin)).status).toBe(200);
    expect((await ask(`${console}/console?as=json`, wrongAdmin)).status).not.toBe(200);
    return [wrong, stream, wrongStream, admin, wrongAdmin];
  }

  it("leave no secret in logs, metrics and the list of processes", async () => {
    const certs = join(mesh.dataDir, "certs");
    const keys = [
      place.files.key,
      ...["post", "gateway"].map((one) => `${certs}/${one}/svid_key.pem`),
    ];
    const keyLines = (await Promise.all(keys.map((file) => readFile(file, "utf8")))).flatMap(
      (text) => text.split("\n").filter((line) => line.length > 40 && !line.startsWith("---")),
    );
    const signing = JSON.parse(await readFile(`${certs}/gateway/user_key.json`, "utf8"));
    const token = await developmentToken(FRIEND, { TIDINGS_DATA_DIR: mesh.dataDir });
    const shown = await showTokens(token);
    const secrets = [place.password, ...keyLines, signing.d, token, ...shown];
    expect(secrets.every((one) => typeof one === "string" && one.length > 20)).toBe(true);

    const places = {
      log: await readFile(mesh.logFile, "utf8"),
      metrics: [...(await scrapeAll(mesh, PATIENT.defaultDeadlineMs)).values()].join(),
      processes: (await run("ps", ["-eww", "-o", "args"], { maxBuffer: 2 ** 26 })).stdout,
    };
    expect(places.log).toContain('"ready"');
    expect(places.metrics).toContain("tidings_certificate_remaining_days");
    expect(places.processes).toContain("services/post/main.ts");
    for (const [where, text] of Object.entries(places)) {
      for (const secret of secrets) expect(text.includes(secret), where).toBe(false);
    }
  });
});
