import type { KeyObject } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../platform/clock/clock.ts";
import { systemClock } from "../../platform/clock/system-clock.ts";
import type { Environment } from "../../platform/config/variable.ts";
import { createLogger } from "../../platform/telemetry/logger.ts";
import { readGatewayConfig } from "../config.ts";
import { createGatewayService, type GatewayService } from "../create.ts";
import { loadOrCreateDevelopmentKey } from "../identity/development-key.ts";
import { issueToken, type TokenClaims } from "../identity/issue-token.ts";
import { type FakeServices, startFakeServices } from "./fake-services.ts";

const HOUR_MS = 3_600_000;

/** A whole gateway on a free port, in front of scripted services. */
export interface GatewayUnderTest extends AsyncDisposable {
  readonly gateway: GatewayService;
  readonly services: FakeServices;
  readonly key: KeyObject;
  /** "http://host:port". */
  readonly url: string;
  token(claims?: Partial<TokenClaims>): Promise<string>;
  /** A request in process as this user; the answer's body is parsed. */
  ask(request: Ask): Promise<Answer>;
}

export interface Ask {
  readonly method?: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  readonly url: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly userId?: bigint;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  // biome-ignore lint/suspicious/noExplicitAny: whatever JSON it was; assertions say what is expected
  readonly body: any;
}

export async function startGatewayUnderTest(
  env: Environment = {},
  clock: Clock = systemClock,
  hasReactions = false,
): Promise<GatewayUnderTest> {
  const dataDir = await mkdtemp(join(tmpdir(), "tidings-gateway-"));
  const services = await startFakeServices();
  const config = readGatewayConfig({
    TIDINGS_GATEWAY_PORT: "0",
    TIDINGS_GATEWAY_METRICS_PORT: "0",
    TIDINGS_DATA_DIR: dataDir,
    // A machine whose cores are busy answers late, and no test is about that.
    TIDINGS_GATEWAY_REQUEST_TIMEOUT: "60s",
    TIDINGS_GATEWAY_REACTIONS_TIMEOUT: "60s",
    TIDINGS_POST_ADDRESSES: services.addresses.post,
    TIDINGS_FRIEND_ADDRESSES: services.addresses.friend,
    TIDINGS_TIMELINE_ADDRESSES: services.addresses.timeline,
    ...(hasReactions && { TIDINGS_ENGAGEMENT_ADDRESSES: services.addresses.engagement }),
    ...env,
  });
  const gateway = await createGatewayService(config, {
    log: createLogger("test", "silent"),
    clock,
  });
  const key = await loadOrCreateDevelopmentKey(dataDir);
  const token = (claims: Partial<TokenClaims> = {}) =>
    issueToken(key, {
      userId: 1n,
      issuer: config.issuer,
      audience: config.audience,
      nowMs: clock.nowMs(),
      lifeMs: HOUR_MS,
      ...claims,
    });
  return {
    gateway,
    services,
    key,
    url: `http://${gateway.address}`,
    token,
    ask: async ({ method = "GET", url, body, headers = {}, userId = 1n }) => {
      const answer = await gateway.app.inject({
        method,
        url,
        headers: { authorization: `Bearer ${await token({ userId })}`, ...headers },
        ...(body !== undefined && { payload: body as object }),
      });
      const text = answer.body;
      return {
        status: answer.statusCode,
        headers: answer.headers,
        body: text === "" ? undefined : JSON.parse(text),
      };
    },
    [Symbol.asyncDispose]: async () => {
      await gateway.close();
      await services[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true });
    },
  };
}
