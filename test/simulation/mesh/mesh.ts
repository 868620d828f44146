import type { PostId, UserId } from "../../../services/model/ids.ts";
import { shardOf } from "../../../services/model/shards.ts";
import { ManualClock } from "../../../services/platform/clock/manual-clock.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { createStaticOwnership } from "../../../services/timeline/adapters/static/static-ownership.ts";
import { ChaosBus } from "./chaos-bus.ts";
import { resolveLetter } from "./dead-letters.ts";
import type { Dice } from "./dice.ts";
import { diskStore, EMBEDDED_RING_ENTRIES, memoryStore } from "./durable-store.ts";
import type { Environment, Variant } from "./environment.ts";
import { isRoomy, type MeshShape } from "./mesh-shape.ts";
import { isOfEdge, ModelFriends } from "./model/model-friends.ts";
import { ModelOwners } from "./model/model-owners.ts";
import { ModelPostLog } from "./model/model-post-log.ts";
import { ModelPosts } from "./model/model-posts.ts";
import { ModelPulled } from "./model/model-pulled.ts";
import { Network } from "./network.ts";
import { tellingOwners } from "./tell-owners.ts";
import { TimelineProcess } from "./timeline-process.ts";
import type { Turns } from "./turns.ts";
import { WorkerProcess } from "./worker-process.ts";

/** Posts of 2024 have left the retention of three years, those of 2025 leave it within a history. */
const START_MS = Date.UTC(2028, 0, 1);
const OWNERS = ["timeline-0", "timeline-1"];
const WORKERS = 2;
const STEP_MS = 100;
const MAX_SETTLE_ROUNDS = 2_000;

const log = createLogger("simulation", "silent");

/** Every process of a mesh, the wires between them, and the truth to compare with. */
export class Mesh {
  readonly env: Environment;
  readonly posts: ModelPosts;
  readonly friends: ModelFriends;
  readonly pulled: ModelPulled;
  readonly timelines: readonly TimelineProcess[];
  readonly workers: readonly WorkerProcess[];
  readonly poisoned = new Set<UserId>();
  /** Deleted before their creation came, and no index tells of it (known-deletions.ts). */
  readonly overtaken = new Set<PostId>();
  readonly problems: string[] = [];
  /** How often something worth a test happened. */
  readonly events = new Map<string, number>();
  /** Requests of clients that have not ended. */
  readonly requests = new Set<Promise<void>>();
  readonly #shape: MeshShape;
  readonly #owners: ModelOwners;
  /** By how much the wall clock was set back. */
  #backwardMs = 0;

  constructor(shape: MeshShape, variant: Variant, turns: Turns, dice: Dice) {
    this.#shape = shape;
    const clock = new ManualClock(START_MS);
    const report = (problem: string) => void this.problems.push(problem);
    const note = (event: string) => {
      this.events.set(event, (this.events.get(event) ?? 0) + 1);
    };
    const network = new Network(turns, dice, shape.lossRate, report);
    const bus = new ChaosBus({ clock, dice, log, network, pause: () => turns.next() });
    bus.chaosRate = shape.chaosRate;
    bus.longHolds = shape.longHolds;
    bus.onDelivery = variant.onDelivery ?? (() => {});
    const { isHalving } = shape;
    const postLog = new ModelPostLog({ network, clock, report });
    this.env = { turns, dice, clock, network, log, variant, isHalving, bus, postLog, note, report };
    this.posts = new ModelPosts(this.env);
    this.posts.maxAnswer = shape.maxPostsAnswer;
    this.friends = new ModelFriends(this.env);
    this.pulled = new ModelPulled(this.env, this.canPull);
    for (const user of shape.longLists) this.friends.longLists.add(user);
    this.friends.tell = tellingOwners(this);
    this.timelines = OWNERS.map((_, index) => this.#createTimeline(index));
    this.#owners = new ModelOwners(OWNERS, variant.forgetsOwners === true);
    for (const [index, timeline] of this.timelines.entries())
      timeline.place = this.#owners.placeOf(index);
    this.workers = Array.from({ length: WORKERS }, () => this.#createWorker());
  }

  /** The process that serves this viewer. */
  timelineOf(viewer: UserId): TimelineProcess {
    return this.timelines[this.#owners.indexOf(shardOf(viewer))];
  }

  get canPull(): boolean {
    return this.#shape.indexBytes > 0;
  }

  get ringEntries(): number {
    return this.#shape.store === "tiny rings" ? this.#shape.tinyRingEntries : EMBEDDED_RING_ENTRIES;
  }

  /** Nothing but full rings and full answers may end a timeline. */
  get isRoomy(): boolean {
    return isRoomy(this.#shape);
  }

  /** Starts something that a client asks for; its failure is the client's. */
  request(work: Promise<unknown>): void {
    const request = work
      .then(
        () => {},
        () => {},
      )
      .finally(() => this.requests.delete(request));
    this.requests.add(request);
  }

  async advance(ms: number): Promise<void> {
    let isOver = false;
    const over = this.env.clock.advance(ms).then(() => {
      isOver = true;
    });
    while (!isOver) await this.env.turns.run(1);
    await over;
    this.env.bus.pump();
  }

  stepWall(ms: number): void {
    this.env.clock.stepWall(ms);
    if (ms < 0) this.#backwardMs -= ms;
  }

  /** All timeline processes end, and there are more or fewer of them from now on. */
  resize(): void {
    for (const timeline of this.timelines) timeline.crash(false);
    this.#owners.resize();
    this.env.note("the number of owners changes");
  }

  start(): void {
    this.posts.start();
    this.friends.start();
    for (const timeline of this.timelines.slice(0, this.#owners.count)) void timeline.start();
  }

  /** Ends all faults, and drains: afterwards nothing is on its way. */
  async settle(): Promise<void> {
    const { network, bus, clock } = this.env;
    network.lossRate = 0;
    bus.chaosRate = 0;
    this.poisoned.clear();
    this.posts.correctClock();
    clock.stepWall(this.#backwardMs);
    this.#backwardMs = 0;
    for (const timeline of this.timelines) timeline.doom(Number.POSITIVE_INFINITY);
    for (let round = 0; round < MAX_SETTLE_ROUNDS; round++) {
      this.start();
      await this.env.turns.run(Number.POSITIVE_INFINITY);
      if (this.problems.length > 0 || (this.#isQuiet && !this.openLetter())) return;
      await this.advance(STEP_MS);
    }
    this.env.report(`never quiet: ${JSON.stringify(bus.depths())}`);
  }

  /** Faults may happen again. */
  unsettle(): void {
    this.env.network.lossRate = this.#shape.lossRate;
    this.env.bus.chaosRate = this.#shape.chaosRate;
  }

  /** Waits for one request, and nothing else, letting time pass when all wait for it. */
  async finish<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const over = work.finally(() => {
      isOver = true;
    });
    over.catch(() => {});
    for (let round = 0; !isOver; round++) {
      if ((await this.env.turns.run(1)) === 0) await this.advance(STEP_MS);
      if (round > 1e6) throw new Error("a request never ends");
    }
    return over;
  }

  /** Whether an event of this edge is on its way still. */
  hasFriendEvent(a: UserId, b: UserId): boolean {
    const { bus } = this.env;
    const letters = bus.payloads("dead-letters").length > 0;
    const waiting = [...this.friends.outbox.payloads, ...bus.payloads("edges.fanout")];
    return letters || waiting.some((payload) => isOfEdge(payload, a, b));
  }

  /** What a full scroll must show: the posts of friends at or above `bound`, newest first. */
  naive(viewer: UserId, bound: bigint): PostId[] {
    return [...this.posts.rows.values()]
      .filter(({ postId, deleted }) => postId >= bound && !deleted)
      .filter(({ authorId }) => this.friends.areFriends(viewer, authorId))
      .map(({ postId }) => postId)
      .sort((a, b) => (a > b ? -1 : 1));
  }

  /** Replays or drops one dead letter; false when there is none. */
  openLetter(): boolean {
    const letter = this.env.bus.take("dead-letters");
    if (letter === undefined) return false;
    this.request(resolveLetter(this, letter));
    return true;
  }

  get #isQuiet(): boolean {
    const { bus } = this.env;
    const working = bus.depths().filter(({ queue }) => queue !== "dead-letters");
    return (
      working.every(({ ready, unsettled }) => ready + unsettled === 0) &&
      [this.posts, this.friends].every(({ outbox }) => outbox.payloads.length === 0) &&
      this.workers.every((worker) => worker.isQuiet) &&
      this.timelines
        .slice(0, this.#owners.count)
        .every((timeline) => timeline.life() && timeline.isQuiet) &&
      this.requests.size === 0
    );
  }

  #createTimeline(index: number): TimelineProcess {
    const shape = this.#shape;
    const { env, posts, friends, pulled } = this;
    const durable =
      shape.store === "tiny rings"
        ? memoryStore(env.network, shape.tinyRingEntries)
        : diskStore(env.dice, shape.store === "short of memory", env.report);
    const ownership = createStaticOwnership(() => OWNERS, index);
    const { friendSetBytes, indexBytes, maxKeptFriends } = shape;
    const limits = { friendSetBytes, indexBytes, maxKeptFriends };
    return new TimelineProcess({ env, posts, friends, pulled, durable, ownership, ...limits });
  }

  #createWorker(): WorkerProcess {
    const { env, friends, pulled, poisoned } = this;
    const timelines = new Map(OWNERS.map((owner, i) => [owner, this.timelines[i]]));
    const ownerOf = (shard: number) => OWNERS[this.#owners.indexOf(shard)];
    const onAppend = (post: PostId, deleted: boolean) => {
      if (deleted || !this.posts.rows.get(post)?.deleted) return;
      env.note("a creation comes after its deletion");
      if (!this.canPull) this.overtaken.add(post);
    };
    return new WorkerProcess({ env, friends, pulled, ownerOf, timelines, poisoned, onAppend });
  }
}
