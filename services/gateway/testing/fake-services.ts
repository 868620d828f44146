import { EngagementServiceService } from "#gen/engagement/v1/engagement.ts";
import { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { PostServiceService } from "#gen/post/v1/post.ts";
import { TimelineServiceService } from "#gen/timeline/v1/timeline.ts";
import { SHARD_COUNT } from "../../model/shards.ts";
import type { Call, Handlers } from "../../platform/grpc/call.ts";
import { DomainError } from "../../platform/grpc/errors/errors.ts";
import { untilClosed } from "../../platform/grpc/server/calls/until-closed.ts";
import { type GrpcServer, implement, startGrpcServer } from "../../platform/grpc/server/server.ts";
import { createLogger } from "../../platform/telemetry/logger.ts";
import { createMetrics } from "../../platform/telemetry/metrics.ts";

type Script<Definition> = { -readonly [K in keyof Definition]?: Handlers<Definition>[K] };

/** What each RPC answers: set by a test, UNIMPLEMENTED else. */
export interface Scripts {
  readonly post: Script<typeof PostServiceService>;
  readonly friend: Script<typeof FriendServiceService>;
  readonly timeline: Script<typeof TimelineServiceService>;
  readonly engagement: Script<typeof EngagementServiceService>;
}

/** Real gRPC servers on free ports with scripted handlers. */
export interface FakeServices extends AsyncDisposable {
  readonly scripts: Scripts;
  /** The calls that arrived, oldest first. */
  readonly calls: { readonly method: string; readonly request: unknown; readonly call: Call }[];
  readonly addresses: Readonly<Record<keyof Scripts, string>>;
  /** Forgets scripts and calls. */
  reset(): void;
}

export async function startFakeServices(): Promise<FakeServices> {
  const scripts: Scripts = { post: {}, friend: {}, timeline: {}, engagement: {} };
  const calls: FakeServices["calls"] = [];
  const [post, friend, timeline, engagement] = await Promise.all([
    startScripted(PostServiceService, scripts.post, calls),
    startScripted(FriendServiceService, scripts.friend, calls),
    startScripted(TimelineServiceService, scripts.timeline, calls),
    startScripted(EngagementServiceService, scripts.engagement, calls),
  ]);
  const addresses = {
    post: post.address,
    friend: friend.address,
    timeline: timeline.address,
    engagement: engagement.address,
  };
  const shards = Array.from({ length: SHARD_COUNT }, (_, shard) => shard);
  const reset = () => {
    calls.length = 0;
    for (const script of Object.values(scripts)) {
      for (const name of Object.keys(script)) delete script[name as keyof typeof script];
    }
    // As the service has it: one script for both.
    scripts.timeline.followTimeline = untilClosed((request, call) => {
      const { watchTimeline } = scripts.timeline;
      if (watchTimeline === undefined) throw new DomainError("UNIMPLEMENTED", "no script");
      return watchTimeline(request, call);
    });
    scripts.timeline.getShardMap = async () => ({
      owners: [{ address: timeline.address, shards }],
      version: 1n,
    });
  };
  reset();
  return {
    scripts,
    calls,
    addresses,
    reset,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([post, friend, timeline, engagement].map((one) => one.drain()));
    },
  };
}

function startScripted<Definition extends object>(
  definition: Definition,
  script: Script<Definition>,
  calls: FakeServices["calls"],
): Promise<GrpcServer> {
  const methods = Object.keys(definition) as (keyof Definition & string)[];
  const handlers = methods.map((method) => [
    method,
    (request: unknown, call: Call) => {
      calls.push({ method, request, call });
      const handler = script[method] as ((request: unknown, call: Call) => unknown) | undefined;
      if (handler === undefined) throw new DomainError("UNIMPLEMENTED", `${method} has no script`);
      return handler(request, call);
    },
  ]);
  return startGrpcServer(
    {
      host: "127.0.0.1",
      port: 0,
      log: createLogger("fake", "silent"),
      metrics: createMetrics("fake"),
      defaultDeadlineMs: 5_000,
      drainMs: 2_000,
    },
    [implement(definition, Object.fromEntries(handlers) as Handlers<Definition>)],
  );
}
