import { pino } from "pino";
import { expect, it } from "vitest";
import { createMetrics } from "../../telemetry/metrics.ts";
import { reportDamage } from "./report-damage.ts";

it("counts every reading of a damaged value, and logs its table and key once", async () => {
  const lines: { level: number; table: string; key: string }[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const metrics = createMetrics("post");
  const report = reportDamage(log, metrics);
  for (const byte of [7, 7, 7, 8]) report({ table: "posts", key: Buffer.of(byte) });
  expect(lines).toMatchObject([
    { level: 50, table: "posts", key: "07" },
    { level: 50, table: "posts", key: "08" },
  ]);
  expect(await metrics.registry.metrics()).toContain(
    'tidings_store_damaged_values_total{table="posts",service="post"} 4',
  );
});
