import { isIP } from "node:net";
import { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { PostServiceService } from "#gen/post/v1/post.ts";
import { GAUGES } from "../model/metrics.ts";
import type { Clock } from "../platform/clock/clock.ts";
import { systemClock } from "../platform/clock/system-clock.ts";
import { type ConnectOptions, connect, createClient } from "../platform/grpc/client/client.ts";
import { hedged } from "../platform/grpc/client/hedge.ts";
import { reachAll } from "../platform/grpc/client/reach.ts";
import { openCredentials } from "../platform/grpc/credentials/open-credentials.ts";
import { listenHttp } from "../platform/lifecycle/listen-http.ts";
import { type Served, serveFront } from "../platform/lifecycle/serve.ts";
import type { Logger } from "../platform/telemetry/logger.ts";
import { createMetrics } from "../platform/telemetry/metrics.ts";
import { openTracer } from "../platform/telemetry/tracing/open-tracer.ts";
import { openSharedQuota } from "../ratelimit/host/open-shared-quota.ts";
import { connectReactions } from "./adapters/connected-reactions.ts";
import { connectTimelines } from "./adapters/sharded-timelines.ts";
import type { GatewayConfig } from "./config.ts";
import { createApp } from "./http/app.ts";
import { openHttps } from "./http/https.ts";
import { LiveStreams } from "./http/streams/live-streams.ts";
import type { App } from "./http/types.ts";
import { openKeys, openStreamKey } from "./identity/open-keys.ts";
import { createStreamTokens } from "./identity/stream-tokens.ts";
import { createTokenVerifier } from "./identity/token-verifier.ts";
import { WrongTokens } from "./identity/wrong-tokens.ts";
import type { Services } from "./ports.ts";

export interface GatewayOverrides {
  readonly log: Logger;
  readonly clock?: Clock;
}

export interface GatewayService extends Served {
  /** For requests in process. */
  readonly app: App;
}

/** Two connections to each service: a slow answer on one does not hold up what travels on the other. */
const CONNECTIONS = 2;

/** Builds and starts the gateway. */
export async function createGatewayService(
  config: GatewayConfig,
  { log, clock = systemClock }: GatewayOverrides,
): Promise<GatewayService> {
  await using starting = new AsyncDisposableStack();
  const tracer = await openTracer(starting, { service: "gateway", config, log });
  const metrics = createMetrics("gateway", tracer);
  const credentials = await openCredentials(starting, {
    service: "gateway",
    ...{ config, log, metrics, clock },
  });
  const keys = await openKeys(config, { log, clock });
  const streamTokens = createStreamTokens(await openStreamKey(config.streamKeyFile), clock);
  const services = starting.adopt(
    connectServices(config, { log, clock, metrics, credentials }),
    (all) => all.close(),
  );
  const reached = services.reached();
  const streams = new LiveStreams(config);
  metrics.gauge(GAUGES.liveStreams, () => streams.size);
  const { issuer, audience, userClaim, maxLifeMs, maxCachedTokens } = config;
  const { tlsCertFile: certFile, tlsKeyFile: keyFile } = config;
  const isHttps = certFile !== "" || keyFile !== "";
  const app = await createApp({
    ...config,
    https: isHttps ? await openHttps(starting, { certFile, keyFile }, { clock, log }) : undefined,
    services,
    verifier: createTokenVerifier({
      ...{ keys, issuer, audience, userClaim },
      ...{ clock, maxLifeMs, maxCachedTokens },
    }),
    wrongTokens: new WrongTokens(
      {
        maxWrongTokens: config.maxWrongTokens,
        windowMs: config.rateWindowMs,
        maxAddresses: config.rateUsers,
      },
      clock,
    ),
    streams,
    streamTokens,
    clock,
    log,
    metrics,
    rateLimit: {
      maxRequests: config.rateLimit,
      windowMs: config.rateWindowMs,
      maxUsers: config.rateUsers,
      shared: openSharedQuota(starting, {
        addresses: config.rateLimitAddresses,
        self: { service: "gateway", host: config.host, port: config.port },
        root: "requests",
        clock,
        log,
        metrics,
        credentials,
      }),
    },
  });
  await reached;
  const open = () => listenHttp(app, config);
  return { ...(await serveFront(starting, { config, metrics, credentials, open })), app };
}

/** Whether a second asking may reach another replica: several addresses, or a name that may stand for several. */
function mayBeSeveral(addresses: readonly string[]): boolean {
  return addresses.length > 1 || addresses.some((one) => !isIP(one.replace(/:\d+$/, "")));
}

function connectServices(
  config: GatewayConfig,
  deps: Pick<ConnectOptions, "log" | "clock" | "metrics" | "credentials">,
): Services & { reached(): Promise<void>; close(): void } {
  const options = { ...deps, connections: CONNECTIONS, defaultDeadlineMs: config.requestTimeoutMs };
  const postChannel = connect(config.postAddresses, { ...options, to: "post" });
  const friendChannel = connect(config.friendAddresses, { ...options, to: "friend" });
  const engagement =
    config.engagementAddresses.length === 0
      ? undefined
      : connectReactions(config.engagementAddresses, {
          ...options,
          to: "engagement",
          shownWithinMs: config.reactionsTimeoutMs,
        });
  const posts = createClient(PostServiceService, postChannel);
  const timelines = connectTimelines(config.timelineAddresses, { ...options, to: "timeline" });
  return {
    posts: mayBeSeveral(config.postAddresses)
      ? { ...posts, batchGetPosts: hedged(posts.batchGetPosts, deps.clock ?? systemClock) }
      : posts,
    friends: createClient(FriendServiceService, friendChannel),
    timelines,
    reactions: engagement,
    reached: () =>
      reachAll([postChannel, friendChannel, timelines.anyone], {
        withinMs: config.startWaitMs,
        log: deps.log,
      }),
    close: () => {
      postChannel.close();
      friendChannel.close();
      engagement?.[Symbol.dispose]();
      timelines[Symbol.dispose]();
    },
  };
}
