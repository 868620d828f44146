import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { present } from "../../services/model/invariant.ts";
import { traceIdsOf } from "../../services/model/traceparent.ts";
import { findPrometheus } from "../../tools/monitoring/prometheus.ts";
import { developmentToken } from "../../tools/token/development-token.ts";
import { startTestMesh, type TestMesh } from "../support/mesh/mesh.ts";
import {
  type OtlpReceiver,
  type ReceivedSpan,
  startOtlpReceiver,
} from "../support/otlp-receiver.ts";
import { startPrometheus } from "../support/prometheus.ts";
import { until } from "../support/until.ts";

const AUTHOR = 1n;
const READER = 2n;
const DAY_S = 86_400;
const RULES = resolve(import.meta.dirname, "../../deploy/monitoring/rules.yaml");
const CALLERS_TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

let receiver: OtlpReceiver;
let mesh: TestMesh;
let origin: string;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
  mesh = await startTestMesh({
    timelines: 2,
    env: {
      TIDINGS_TRACES_URL: receiver.url,
      TIDINGS_TRACES_PER_MILLION: "1000000",
      TIDINGS_LOG_LEVEL: "debug",
    },
  });
  origin = `http://${mesh.host}:${mesh.ports.gateway}`;
  await mesh.friends.addFriend({ userId: AUTHOR, friendId: READER });
});
afterAll(async () => {
  await mesh.end();
  await receiver[Symbol.asyncDispose]();
});

const asUser = async (user: bigint) => {
  const env = { TIDINGS_DATA_DIR: mesh.dataDir };
  return { authorization: `Bearer ${await developmentToken(user, env)}` };
};

/** Creates a post through the gateway, as an app does. */
async function post(text: string): Promise<string> {
  const answer = await fetch(`${origin}/v1/posts`, {
    method: "POST",
    headers: {
      ...(await asUser(AUTHOR)),
      "content-type": "application/json",
      traceparent: CALLERS_TRACE,
    },
    body: JSON.stringify({ text }),
  });
  const { post_id } = (await answer.json()) as { post_id: string };
  return post_id;
}

describe("a post through the whole mesh", () => {
  let spans: readonly ReceivedSpan[];
  beforeAll(async () => {
    const before = await post("There when the stream begins");
    await mesh.settle();
    const abort = new AbortController();
    const stream = await fetch(`${origin}/v1/timeline/stream`, {
      headers: await asUser(READER),
      signal: abort.signal,
    });
    const reader = present(stream.body).pipeThrough(new TextDecoderStream()).getReader();
    let seen = "";
    const until = async (id: string) => {
      while (!seen.includes(id)) seen += (await reader.read()).value;
    };
    // The first page is out: what comes now comes live.
    await until(before);
    await until(await post("Followed to its end"));
    await receiver.until(
      () => named("stream entry").length > 0 && named("append entry").length > 0,
    );
    abort.abort();
    const [{ traceId: own }] = named("stream entry");
    // Each process sends its own, when it likes: a call has the name of both its ends, and one may be here alone.
    const isWhole = () => {
      spans = receiver.spans.filter(({ traceId }) => traceId === own);
      const ids = new Set(["", ...spans.map(({ spanId }) => spanId)]);
      const isHere = (name: string) => spans.some((span) => span.name === name);
      return EXPECTED.every(isHere) && spans.every(({ parentId }) => ids.has(parentId));
    };
    await receiver.until(isWhole);
  });

  const named = (name: string) => receiver.spans.filter((span) => span.name === name);
  const EXPECTED = [
    "POST /v1/posts",
    "tidings.post.v1.PostService/CreatePost",
    "send posts",
    "process posts.fanout",
    "tidings.timeline.v1.TimelineService/AppendEntries",
    "append entry",
    "stream entry",
  ];

  it("is one connected tree, from the gateway to the last append and the live stream", () => {
    const ids = new Set(spans.map(({ spanId }) => spanId));
    const roots = spans.filter(({ parentId }) => parentId === "");
    expect(roots.map(({ name }) => name)).toEqual(["POST /v1/posts"]);
    expect(spans.filter(({ parentId }) => parentId !== "" && !ids.has(parentId))).toEqual([]);
    const services = new Set(spans.map(({ service }) => service));
    expect([...services].sort()).toEqual(
      expect.arrayContaining(["fanout", "gateway", "post", "timeline"]),
    );
  });

  it("goes the way of a post, each span below what led to it", () => {
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    const wayOf = (span: ReceivedSpan | undefined): string[] =>
      span ? [...wayOf(byId.get(span.parentId)), `${span.service} ${span.name}`] : [];
    expect(wayOf(spans.find(({ name }) => name === "stream entry"))).toEqual([
      "gateway POST /v1/posts",
      "gateway tidings.post.v1.PostService/CreatePost",
      "post tidings.post.v1.PostService/CreatePost",
      "fanout process posts.fanout",
      "timeline append entry",
      "gateway stream entry",
    ]);
  });

  it("says what it is by the semantic conventions", () => {
    const of = (name: string, kind: number) =>
      present(spans.find((span) => span.name === name && span.kind === kind)).attributes;
    expect(of("tidings.post.v1.PostService/CreatePost", 2)).toMatchObject({
      "rpc.system.name": "grpc",
      "rpc.method": "tidings.post.v1.PostService/CreatePost",
      "rpc.status_code": "OK",
    });
    expect(of("send posts", 4)).toMatchObject({
      "messaging.destination.name": "posts",
      "messaging.operation.type": "send",
    });
    expect(of("process posts.fanout", 5)).toMatchObject({
      "messaging.destination.name": "posts.fanout",
      "messaging.operation.type": "process",
    });
    expect(of("POST /v1/posts", 2)).toMatchObject({
      "http.request.method": "POST",
      "http.route": "/v1/posts",
      "http.response.status_code": "201",
    });
  });

  it("links what a caller from outside says, and does not obey it", () => {
    const root = present(spans.find(({ parentId }) => parentId === ""));
    const callers = present(traceIdsOf(CALLERS_TRACE));
    expect(root.links).toEqual([callers.spanId]);
    expect(root.traceId).not.toBe(callers.traceId);
  });

  it("is found from the log lines of every step, which have its id beside the request's", async () => {
    const [{ traceId }] = spans;
    await until(async () => {
      const lines = (await logLines()).filter(({ trace_id }) => trace_id === traceId);
      const request = lines.find(({ service }) => service === "gateway")?.requestId;
      // Calls that bring many posts have an id of their own.
      const own = lines.filter(({ requestId }) => requestId === request);
      const services = new Set(own.map(({ service }) => service));
      return ["gateway", "post", "fanout", "timeline"].every((name) => services.has(name));
    });
  });

  async function logLines(): Promise<readonly LogLine[]> {
    const whole = (await readFile(mesh.logFile, "utf8")).split("\n").slice(0, -1);
    return whole.map((line) => JSON.parse(line) as LogLine);
  }

  it.skipIf(!findPrometheus())("is found from the lag histogram by a real Prometheus", async () => {
    const targets = mesh.plans.map(({ name, metricsPort }) => ({
      service: name,
      address: `${mesh.host}:${metricsPort}`,
    }));
    const prometheus = await startPrometheus({ targets, rules: RULES, every: "1s" });
    try {
      const traces = new Set(receiver.spans.map(({ traceId }) => traceId));
      const query = `query=tidings_lag_seconds_bucket&start=0&end=${Date.now() / 1_000 + DAY_S}`;
      let found: readonly string[] = [];
      await prometheus.until(async () => {
        const series = await prometheus.api<readonly ExemplarSeries[]>(`query_exemplars?${query}`);
        found = series.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels.trace_id));
        return found.length > 0;
      });
      expect(found.filter((id) => !traces.has(id))).toEqual([]);
    } finally {
      await prometheus.end();
    }
  });
});

interface LogLine {
  readonly service: string;
  readonly requestId?: string;
  readonly trace_id?: string;
}

interface ExemplarSeries {
  readonly exemplars: readonly { readonly labels: { readonly trace_id: string } }[];
}
