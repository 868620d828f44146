import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DASHBOARDS } from "../../tools/monitoring/dashboards.ts";
import { METRICS } from "../../tools/monitoring/definitions.ts";
import { findPrometheus } from "../../tools/monitoring/prometheus.ts";
import { startTestMesh, type TestMesh } from "../support/mesh/mesh.ts";
import { befriendAll, everybodyPosts, readOnce } from "../support/mesh/people.ts";
import { type RunningPrometheus, startPrometheus } from "../support/prometheus.ts";

const RULES = resolve(import.meta.dirname, "../../deploy/monitoring/rules.yaml");
const PEOPLE = [1n, 2n, 3n, 4n];

/** As Grafana would fill it in. */
const filledIn = (expr: string) => expr.replaceAll("$__rate_interval", "1m");

interface Alerts {
  readonly alerts: readonly {
    readonly labels: { readonly alertname: string };
    /** A pending one has not lasted yet as long as its rule says. */
    readonly state: "pending" | "firing";
  }[];
}

describe.skipIf(!findPrometheus())("a real Prometheus beside a real mesh", () => {
  let mesh: TestMesh;
  let prometheus: RunningPrometheus;
  beforeAll(async () => {
    mesh = await startTestMesh();
    await befriendAll(mesh, PEOPLE);
    await readOnce(mesh, PEOPLE);
    const targets = mesh.plans.map(({ name, metricsPort }) => ({
      service: name,
      address: `${mesh.host}:${metricsPort}`,
    }));
    prometheus = await startPrometheus({ targets, rules: RULES, every: "1s" });
    await prometheus.until(
      async () => (await prometheus.query("sum(up)"))[0]?.value === targets.length + 1,
    );
    await everybodyPosts({ mesh, people: PEOPLE, postsEach: 5, round: "watched" });
    await mesh.settle();
  });
  afterAll(async () => {
    await prometheus?.end();
    await mesh?.end();
  });

  it("finds in what it scraped each delivery, once", async () => {
    const stored = async () =>
      (await prometheus.query('sum(tidings_fanout_entries_total{result="appended"})'))[0]?.value;
    const expected = PEOPLE.length * (PEOPLE.length - 1) * 5;
    await prometheus.until(async () => (await stored()) === expected);
  });

  it("scrapes nothing of ours that is not in the table of metrics", async () => {
    const names = await prometheus.api<readonly string[]>("label/__name__/values");
    const ours = names
      .filter((name) => name.startsWith("tidings_"))
      .map((name) => name.replace(/_(bucket|sum|count)$/, ""));
    const known = new Set<string>(METRICS.map(({ name }) => name));
    expect(ours.length).toBeGreaterThan(10);
    expect(ours.filter((name) => !known.has(name))).toEqual([]);
  });

  it.each(DASHBOARDS.map((one) => [one.title, one] as const))(
    "answers every query of the dashboard %s",
    async (_title, { rows }) => {
      for (const { queries } of rows.flatMap(({ panels }) => panels)) {
        for (const { expr } of queries) await prometheus.query(filledIn(expr));
      }
    },
  );

  it("raises no alert while all is well, and says who is gone when somebody is", async () => {
    const alerts = async () => (await prometheus.api<Alerts>("alerts")).alerts;
    // The first posts of a mesh, scraped on their way, may make the drain of the queues pend.
    expect((await alerts()).filter(({ state }) => state === "firing")).toEqual([]);
    await mesh.kill("ranking", "SIGKILL");
    await prometheus.until(async () =>
      (await alerts()).some(({ labels }) => labels.alertname === "TidingsDown"),
    );
  });
});
