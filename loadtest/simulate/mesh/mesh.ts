import type { Span } from "../kernel/arrivals.ts";
import { Events } from "../kernel/events.ts";
import { Random } from "../kernel/random.ts";
import { Sampler } from "../kernel/sampler.ts";
import { Servers } from "../kernel/servers.ts";
import { Stalls } from "../kernel/stalls.ts";
import type { Model } from "../model.ts";
import { Bundles } from "./bundles.ts";
import { BusQueue } from "./bus.ts";
import { Cql } from "./cql.ts";
import { Faults } from "./faults.ts";
import { FriendService } from "./friend-service.ts";
import { LagRecorder } from "./lags/lag-recorder.ts";
import type { LagWindows } from "./lags/lag-windows.ts";
import { AppendStage } from "./lanes/append-stage.ts";
import { Owners } from "./owners/owners.ts";
import { EmbeddedPosts } from "./posts/embedded-posts.ts";
import { RealPosts } from "./posts/real-posts.ts";
import { STREAM, stallSeed } from "./streams.ts";
import { WorkerLoss } from "./workers/worker-loss.ts";
import type { WorkerParts } from "./workers/worker-parts.ts";
import { Workers } from "./workers/workers.ts";

/** The whole write path, wired as the services are. */
export class Mesh {
  readonly events: Events;
  readonly parts: WorkerParts;
  readonly owners: Owners;
  readonly workers: Workers;
  readonly faults: Faults;
  readonly broker: Servers | undefined;
  readonly stages: readonly AppendStage[];

  constructor(model: Model, seed: number, span: Span, lags: LagWindows) {
    const { processes, settings, delays, stalls, audience } = model;
    const events = new Events(span.fromMicros);
    const hop = new Sampler(delays.hop, new Random(seed, STREAM.hops));
    const cql = model.engine === "cql" ? new Cql(model, seed) : undefined;
    const { prefetch, chunkPrefetch, listsPerCall } = settings.fanout;
    const queue = (held: number) =>
      new BusQueue(events, {
        workers: processes.fanout,
        prefetch: held,
        messagesAtOnce: cql ? 1 : settings.bus.messagesAtOnce,
        maxMessages: settings.bus.maxMessages,
        hop,
      });
    const queues = { posts: queue(prefetch), chunks: queue(chunkPrefetch) };
    const around = { events, queue: queues.posts, span, seed };
    const posts = cql ? new RealPosts(model, { ...around, cql }) : new EmbeddedPosts(model, around);
    const workerStalls = new Stalls(stalls.fanout, processes.fanout, stallSeed(seed, "fanout"));
    const threads = new Servers(processes.fanout, workerStalls);
    const bundles = new Bundles(listsPerCall);
    const friends = new FriendService(model, seed, cql);
    this.events = events;
    this.broker = posts instanceof RealPosts ? posts.broker : undefined;
    this.owners = new Owners(model, seed);
    this.parts = { events, model, seed, hop, queues, posts, friends, threads, bundles };
    this.workers = new Workers(this.parts, this.owners);
    const recorder = new LagRecorder(bundles, lags, audience.activeShare);
    const appending = { ...this.parts, owners: this.owners, recorder, done: this.workers.done };
    const { callsInFlight, callSpacingMs, chunkCallsInFlight } = settings.fanout;
    this.stages = [
      new AppendStage(appending, { callsInFlight, spacingMs: callSpacingMs, stream: 0 }),
      new AppendStage(appending, { callsInFlight: chunkCallsInFlight, spacingMs: 0, stream: 1 }),
    ];
    this.workers.connect(this.stages[0], this.stages[1]);
    this.faults = new Faults(this.parts, this.owners, new WorkerLoss(this.parts, this.workers));
  }

  /** Messages that wait or are worked on, and calls to owners, now. */
  depths() {
    const { posts, queues } = this.parts;
    return {
      outbox: posts.depth(),
      posts: queues.posts.ready.held,
      postsInHand: queues.posts.inHand.held,
      chunks: queues.chunks.ready.held,
      chunksInHand: queues.chunks.inHand.held,
      appendCalls: this.stages.reduce((sum, { lanes }) => sum + lanes.inFlight(), 0),
    };
  }

  /** Posts and chunks that are acknowledged and not yet delivered or dropped. */
  held(): number {
    const { outbox, posts, postsInHand, chunks, chunksInHand } = this.depths();
    return outbox + posts + postsInHand + chunks + chunksInHand;
  }
}

export type Depths = ReturnType<Mesh["depths"]>;
