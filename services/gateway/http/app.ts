import type { RequestListener } from "node:http";
import { fastify, LogController } from "fastify";
import { MAX_BODY_BYTES } from "../../model/limits.ts";
import type { Clock } from "../../platform/clock/clock.ts";
import { shareConnections } from "../../platform/lifecycle/share-connections.ts";
import type { Logger } from "../../platform/telemetry/logger.ts";
import type { Metrics } from "../../platform/telemetry/metrics.ts";
import type { StreamTokens } from "../identity/stream-tokens.ts";
import type { TokenVerifier } from "../identity/token-verifier.ts";
import type { WrongTokens } from "../identity/wrong-tokens.ts";
import type { Services } from "../ports.ts";
import { blockUser } from "../routes/blocks/block-user.ts";
import { listBlocks } from "../routes/blocks/list-blocks.ts";
import { unblockUser } from "../routes/blocks/unblock-user.ts";
import { countFriends } from "../routes/friends/count-friends.ts";
import { declineFriend } from "../routes/friends/decline-friend.ts";
import { getFriend } from "../routes/friends/get-friend.ts";
import { listFriendRequests } from "../routes/friends/list-friend-requests.ts";
import { listFriends } from "../routes/friends/list-friends.ts";
import { listFriendsOfFriends } from "../routes/friends/list-friends-of-friends.ts";
import { requestFriend } from "../routes/friends/request-friend.ts";
import { health } from "../routes/health.ts";
import { batchGetPosts } from "../routes/posts/batch-get-posts.ts";
import { createPost } from "../routes/posts/create-post.ts";
import { deletePost } from "../routes/posts/delete-post.ts";
import { getPost } from "../routes/posts/get-post.ts";
import { listPosts } from "../routes/posts/list-posts.ts";
import { reactionRoutes } from "../routes/reactions/reaction-routes.ts";
import { signUp } from "../routes/sign-ups/sign-up.ts";
import { countUnread } from "../routes/timeline/count-unread.ts";
import { createStreamToken } from "../routes/timeline/create-stream-token.ts";
import { getTimeline } from "../routes/timeline/get-timeline.ts";
import { STREAM_PATH, streamTimeline } from "../routes/timeline/stream-timeline.ts";
import { boundUntaken } from "./answers/bound-untaken.ts";
import { admitRequests } from "./callers/admission.ts";
import { authenticate } from "./callers/authentication.ts";
import { allowOrigins } from "./callers/cors.ts";
import { limitRate, type RateLimit } from "./callers/rate-limit.ts";
import { serveDocs } from "./docs.ts";
import { closeBehindAnswers } from "./drain.ts";
import type { ServerFactory } from "./https.ts";
import { parseJsonBodies } from "./input/json-body.ts";
import { compileValidator } from "./input/validation.ts";
import { answerUnknownRoutes } from "./not-found.ts";
import { answerFrameworkError, answerProblems } from "./problems.ts";
import { requestIdOf } from "./request-id.ts";
import { measureRequests } from "./request-metrics.ts";
import { traceRequests } from "./request-spans.ts";
import { priorityOfRequest, takePriorities } from "./said-priority.ts";
import type { LiveStreams } from "./streams/live-streams.ts";
import type { App, StartCall } from "./types.ts";
import { answerUnreadRequest } from "./unread-request.ts";

export interface AppDeps {
  readonly services: Services;
  readonly verifier: TokenVerifier;
  readonly streams: LiveStreams;
  readonly streamTokens: StreamTokens;
  /** Web pages that may ask: origins, as https://app.example; none: only programs. */
  readonly corsOrigins: readonly string[];
  /** Undefined: plain HTTP. */
  readonly https: ServerFactory | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly rateLimit: RateLimit;
  readonly wrongTokens: WrongTokens;
  readonly requestTimeoutMs: number;
  /** A request that has not arrived whole by then ends its connection, ms. */
  readonly arrivalMs: number;
  /** An answer that was not taken whole by then ends its connection, ms. */
  readonly takingMs: number;
  readonly maxConnections: number;
  /** Whose x-forwarded-for is believed: addresses and networks. */
  readonly trustedProxies: readonly string[];
  readonly heartbeatMs: number;
  readonly maxAgeMs: number;
  readonly slowConsumerMs: number;
  readonly maxOpenings: number;
}

/** How often Node looks for requests that have not arrived in time, ms; every 30 s, left to itself. */
const ARRIVAL_CHECK_MS = 1_000;

/** The HTTP side of the gateway, not listening yet. */
export async function createApp(deps: AppDeps): Promise<App> {
  const { log } = deps;
  const arrival = {
    headersTimeout: deps.arrivalMs,
    requestTimeout: deps.arrivalMs,
    connectionsCheckingInterval: ARRIVAL_CHECK_MS,
  };
  const { https } = deps;
  const app: App = fastify({
    // Fastify's own lines ("Server listening") would repeat what the service says.
    loggerInstance: log.child({}, { level: "warn" }),
    logController: new LogController({ disableRequestLogging: true }),
    // A child logger a request costs more than the few lines that are ever logged.
    childLoggerFactory: (logger) => logger,
    genReqId: requestIdOf,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: deps.arrivalMs,
    http: arrival,
    ...(https && { serverFactory: (handler: RequestListener) => https(handler, arrival) }),
    trustProxy: deps.trustedProxies.length > 0 && [...deps.trustedProxies],
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerUnreadRequest,
    routerOptions: { ignoreTrailingSlash: true },
  });
  shareConnections(app.server, deps.maxConnections, log);
  app.setValidatorCompiler(compileValidator);
  parseJsonBodies(app);
  answerProblems(app, log);
  answerUnknownRoutes(app);
  measureRequests(app, deps.metrics);
  app.decorateRequest("caller");
  const { tracer } = deps.metrics;
  if (tracer) traceRequests(app, tracer);
  app.addHook("onRequest", (request, reply, done) => {
    reply.headers({ "x-request-id": request.id, "x-content-type-options": "nosniff" });
    log.debug(
      {
        requestId: request.id,
        trace_id: request.span?.traceId,
        method: request.method,
        path: pathOf(request.url),
      },
      "request",
    );
    done();
  });
  boundUntaken(app, deps);
  closeBehindAnswers(app);
  await allowOrigins(app, deps.corsOrigins);
  app.addHook("preClose", () => deps.streams.shutDown("the gateway is restarting"));
  await serveDocs(app);
  health(app);
  await app.register((scope: App) => protectedRoutes(scope, deps));
  return app;
}

/** Everything that needs a token. The caller is known before their requests are counted. */
async function protectedRoutes(app: App, deps: AppDeps): Promise<void> {
  const { clock, requestTimeoutMs, services, verifier, rateLimit } = deps;
  const untraced = deps.metrics.tracer?.untraced;
  const startCall: StartCall = (request) => ({
    deadlineMs: clock.nowMs() + requestTimeoutMs,
    requestId: request.id,
    forUser: request.caller.userId,
    priority: priorityOfRequest(request),
    traceparent: request.span?.traceparent ?? untraced,
  });
  const openingsWindowMs = rateLimit.windowMs;
  const routes = { ...deps, ...services, startCall, openingsWindowMs };
  const ofStreams = { parameter: "stream_token", verify: deps.streamTokens.verify };
  admitRequests(app, {
    metrics: deps.metrics,
    streams: new Set([STREAM_PATH]),
    random: Math.random,
  });
  app.addHook(
    "onRequest",
    authenticate(verifier, deps.wrongTokens, (route) =>
      route === STREAM_PATH ? ofStreams : undefined,
    ),
  );
  await limitRate(app, rateLimit);
  takePriorities(app);
  createPost(app, routes);
  getPost(app, routes);
  listPosts(app, routes);
  deletePost(app, routes);
  batchGetPosts(app, routes);
  getTimeline(app, routes);
  streamTimeline(app, routes);
  createStreamToken(app, routes);
  countUnread(app, routes);
  reactionRoutes(app, routes);
  listFriends(app, routes);
  countFriends(app, routes);
  listFriendsOfFriends(app, routes);
  getFriend(app, routes);
  signUp(app, routes);
  requestFriend(app, routes);
  declineFriend(app, routes);
  listFriendRequests(app, routes);
  blockUser(app, routes);
  unblockUser(app, routes);
  listBlocks(app, routes);
}

/** Without the query, which may hold a token. */
function pathOf(url: string): string {
  return url.split("?", 1)[0];
}
