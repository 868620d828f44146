import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { planMesh } from "../mesh/services.ts";
import { monitoringFiles } from "./files.ts";
import { findPrometheus } from "./prometheus.ts";
import { writeScraping } from "./scraping.ts";
import { writeMonitoring } from "./write-monitoring.ts";

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert?: string }[] }[];
}

interface RuleTests {
  readonly tests: readonly {
    readonly alert_rule_test: readonly {
      readonly alertname: string;
      readonly exp_alerts: unknown[];
    }[];
  }[];
}

const root = resolve(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(resolve(root, path), "utf8");
const rules = parse(read("deploy/monitoring/rules.yaml")) as Rules;
const alerts = new Set(
  rules.groups.flatMap((group) => group.rules.flatMap(({ alert }) => alert ?? [])),
);

test.each([...monitoringFiles()])(
  "%s is what the definitions give (npm run monitoring)",
  (path, text) => {
    expect(read(path)).toBe(text);
  },
);

describe("every alert", () => {
  const headings = [...read("docs/operations.md").matchAll(/^### (\w+)$/gm)].map(
    ([, name]) => name,
  );
  const cases = (parse(read("deploy/monitoring/rules.test.yaml")) as RuleTests).tests.flatMap(
    ({ alert_rule_test }) => alert_rule_test,
  );

  test("has a runbook, and there is none of an alert that is gone", () => {
    expect(new Set(headings)).toEqual(alerts);
  });

  test.each([...alerts])("%s is tested while it is quiet and while it fires", (name) => {
    const counts = cases
      .filter(({ alertname }) => alertname === name)
      .map((one) => one.exp_alerts.length);
    expect(counts).toContain(0);
    expect(Math.max(...counts)).toBeGreaterThan(0);
  });
});

const tools = findPrometheus();
test.skipIf(!tools)(
  "Prometheus's own tool finds the rules right, and they fire when they should",
  async () => {
    const { promtool = "" } = tools ?? {};
    const run = (...args: string[]) => promisify(execFile)(promtool, args, { cwd: root });
    const { stdout } = await run("test", "rules", "deploy/monitoring/rules.test.yaml");
    expect(stdout).toContain("SUCCESS");
  },
);

describe("what a mesh writes for a Prometheus", () => {
  const folder = mkdtempSync(join(tmpdir(), "tidings-scraping-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const rulesPath = join(root, "deploy/monitoring/rules.yaml");

  test("has the processes that it started, where they are, and nobody else", async () => {
    const { plans } = planMesh({
      ...{ base: 45_100, timelines: 2, host: "127.0.0.1" },
      neighbours: ["growth"],
    });
    writeMonitoring({ plans, env: {}, dataDir: folder, root });
    const groups = JSON.parse(readFileSync(join(folder, "monitoring/targets.json"), "utf8"));
    expect(groups).toHaveLength(plans.length);
    expect(groups).toContainEqual({
      targets: ["127.0.0.1:45115"],
      labels: { service: "fanout" },
    });
    const services = groups.map((one: { labels: { service: string } }) => one.labels.service);
    expect(services.filter((name: string) => name === "timeline")).toHaveLength(2);
    expect(services).not.toContain("bookstore");
    const config = parse(readFileSync(join(folder, "monitoring/prometheus.yaml"), "utf8"));
    expect(config.rule_files).toEqual([rulesPath]);
    expect(config.scrape_configs[0].scheme).toBeUndefined();
  });

  test("shows processes that want one the certificate of prometheus", async () => {
    const env = { TIDINGS_TLS: "1", TIDINGS_CERTS_DIR: "/certs" };
    writeMonitoring({ plans: [], env, dataDir: folder, root });
    const config = parse(readFileSync(join(folder, "monitoring/prometheus.yaml"), "utf8"));
    expect(config.scrape_configs[0]).toMatchObject({
      scheme: "https",
      tls_config: { cert_file: "/certs/prometheus/svid.pem" },
    });
  });

  test.skipIf(!tools)("is a configuration to Prometheus's own tool", async () => {
    const { promtool = "" } = tools ?? {};
    const file = writeScraping(folder, {
      targets: [{ service: "post", address: "127.0.0.1:1" }],
      ...{ rules: rulesPath, every: "5s" },
    });
    const { stdout } = await promisify(execFile)(promtool, ["check", "config", file]);
    expect(stdout).toContain("SUCCESS");
  });
});
