import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { TestCertsFolder } from "../../services/platform/grpc/credentials/testing/certificates.ts";

const run = promisify(execFile);
const HOUR_MS = 3_600_000;

it.each([
  {
    why: "as an operator's are to be",
    life: ["--hours", "2"],
    said: "2 hours",
    lifeMs: 2 * HOUR_MS,
  },
  {
    why: "to rehearse their end",
    life: ["--minutes", "3"],
    said: "3 minutes",
    lifeMs: HOUR_MS / 20,
  },
])("makes certificates for $said, $why", async ({ life, said, lifeMs }) => {
  await using folder = await TestCertsFolder.create();
  const main = join(import.meta.dirname, "main.ts");
  const madeMs = Date.now();
  const { stdout } = await run(process.execPath, [main, "--folder", folder.path, ...life]);
  expect(stdout).toContain(`Certificates of ${said}`);
  const pem = await readFile(join(folder.path, "operator", "svid.pem"));
  const endsMs = new X509Certificate(pem).validToDate.getTime();
  expect(endsMs).toBeGreaterThan(madeMs + lifeMs - 1_000);
  expect(endsMs).toBeLessThan(Date.now() + lifeMs + 1_000);
});
