import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { monitoringFiles } from "./files.ts";
import { findPrometheus } from "./prometheus.ts";

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
    await run("check", "config", "deploy/monitoring/prometheus.yaml");
    const { stdout } = await run("test", "rules", "deploy/monitoring/rules.test.yaml");
    expect(stdout).toContain("SUCCESS");
  },
);
