import { expect, it } from "vitest";
import { ManualClock } from "../../clock/manual-clock.ts";
import { createLogger } from "../../telemetry/logger.ts";
import { createMetrics } from "../../telemetry/metrics.ts";
import { startEcho } from "../testing/echo-server.ts";
import type { Note } from "../testing/echo-service.ts";
import { openCredentials } from "./open-credentials.ts";
import { TestAuthority, TestCertsFolder } from "./testing/certificates.ts";

const accessTo = () => ({ byItself: ["gateway" as const], forUser: [] });

async function* stayOpen(note: Note, { signal }: { readonly signal: AbortSignal }) {
  yield note;
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
}

it("ends a connection before its caller's certificate does, however short that one is", async () => {
  await using open = new AsyncDisposableStack();
  const authority = await TestAuthority.create();
  const folder = open.use(await TestCertsFolder.create());
  const clock = new ManualClock(Math.floor(Date.now() / 1_000) * 1_000);
  const credentialsOf = async (service: "post" | "gateway", endsMs?: number) => {
    await folder.write(service, await authority.svid(service, endsMs ? { endsMs } : {}));
    return openCredentials(open, {
      ...{ service, log: createLogger("test", "silent"), metrics: createMetrics(service), clock },
      config: { tls: "1", certsDir: folder.path, plaintext: "on-loopback-only" },
    });
  };
  const server = { credentials: await credentialsOf("post"), accessTo };
  const client = {
    credentials: await credentialsOf("gateway", Date.now() + 4_000),
    to: "post" as const,
  };
  const echo = open.use(await startEcho({ repeat: stayOpen }, { server, client }));
  const stream = echo.client.repeat({ text: "a" })[Symbol.asyncIterator]();
  await stream.next();
  await expect(stream.next()).rejects.toMatchObject({ reason: "CONNECTION_AGED" });
});
