import { describe, expect, it } from "vitest";
import { readExposition } from "../../../services/platform/telemetry/read-exposition.ts";
import type { MeshWindow } from "../../sources/mesh-watch.ts";
import { mapOf } from "./map.ts";
import { mapPage } from "./map-page.ts";

const all = (page: string) => readExposition(page, () => true);

const CALLS = "grpc_client_handled_total";
const gateway = (ok: number, gone: number) =>
  all(`${CALLS}{grpc_service="tidings.post.v1.PostService",grpc_code="OK"} ${ok}
${CALLS}{grpc_service="tidings.post.v1.PostService",grpc_code="NotFound"} 5
${CALLS}{grpc_service="tidings.post.v1.PostService",grpc_code="Unavailable"} ${gone}
http_request_duration_seconds_count{status="200"} ${ok}
process_cpu_seconds_total ${ok / 100}`);
const post = (published: number) =>
  all(`tidings_relay_published_total ${published}
tidings_pending_outbox_events 3
tidings_serving 1
process_resident_memory_bytes 1048576`);

const window: MeshWindow = {
  before: {
    atMs: 0,
    pages: new Map([
      ["gateway", gateway(10, 0)],
      ["post", post(100)],
      ["timeline-0", []],
    ]),
    silences: new Map(),
  },
  now: {
    atMs: 10_000,
    pages: new Map([
      ["gateway", gateway(30, 2)],
      ["post", post(150)],
      ["timeline-0", undefined],
    ]),
    silences: new Map([["timeline-0", "its certificate has expired"]]),
  },
};

describe("the map", () => {
  const map = mapOf(window);

  it("has edges with what flowed along them", () => {
    expect(map.edges).toMatchObject([
      { from: "apps", to: "gateway", per_second: 2, failed_per_second: 0 },
      { from: "gateway", to: "post", per_second: 2.2, failed_per_second: 0.2 },
      { from: "post", to: "bus", per_second: 5, waiting: 3 },
    ]);
  });

  it("has processes as they say they are", () => {
    expect(map.processes).toMatchObject([
      { label: "gateway", state: "up", cpu_share: expect.closeTo(0.02) },
      { label: "post", state: "serving", memory_bytes: 1_048_576, pending: { outbox_events: 3 } },
      { label: "timeline-0", state: "silent", why: "its certificate has expired" },
    ]);
  });

  it("is a picture that begins at its first box", () => {
    const firstX = (processes: readonly string[]) => {
      const pages = new Map(processes.map((label) => [label, []]));
      const at = (atMs: number) => ({ atMs, pages, silences: new Map() });
      const { text } = mapPage(mapOf({ before: at(0), now: at(1_000) }));
      const [, left = "", , width = ""] = /viewBox="(\S+) (\S+) (\S+) /.exec(text) ?? [];
      const boxes = [...text.matchAll(/<rect x="(\d+)"/g)].map(([, x]) => Number(x));
      return { margin: Math.min(...boxes) - Number(left), width: Number(width), boxes };
    };
    const quiet = firstX(["gateway", "post", "timeline", "friend", "ranking", "fanout"]);
    expect([quiet.margin, quiet.boxes.length]).toEqual([14, 7]);
    const two = firstX(["fanout", "engagement"]);
    expect([two.margin, two.width]).toEqual([14, 14 + 204 + 116 + 14]);
    expect(firstX([]).boxes).toEqual([]);
  });

  it("is a picture and two tables, whatever is silent", () => {
    const { text } = mapPage(map);
    expect(text).toContain("<svg");
    expect(text).toContain("2 of 3");
    expect(text).toContain("gateway to post: 2.2/s calls.");
    expect(text).toContain("silent</span>: its certificate has expired");
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });
});
