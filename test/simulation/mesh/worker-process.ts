import { buildOwnerTable } from "../../../services/fanout/domain/owner-table.ts";
import type { Friends, Timelines } from "../../../services/fanout/ports.ts";
import { startWorker, type Worker } from "../../../services/fanout/worker.ts";
import type { PostId, UserId } from "../../../services/model/ids.ts";
import { present } from "../../../services/model/invariant.ts";
import { pairsOf } from "../../../services/model/wire/id-pairs.ts";
import { internal } from "../../../services/platform/grpc/errors/errors.ts";
import type { Metrics } from "../../../services/platform/telemetry/metrics.ts";
import type { Environment } from "./environment.ts";
import type { ModelFriends } from "./model/model-friends.ts";
import type { ModelPulled } from "./model/model-pulled.ts";
import { Life } from "./network.ts";
import type { TimelineProcess } from "./timeline-process.ts";

const SETTINGS = {
  entriesPerCall: 6,
  callsInFlight: 2,
  prefetch: { posts: 6, chunks: 2, friends: 4, parked: 4 },
  closeMs: 50,
};

const nothing = { series: () => ({ add: () => {}, observe: () => {} }) };
const NO_METRICS = {
  counter: () => nothing,
  histogram: () => nothing,
  gauge: () => {},
} as unknown as Metrics;

export interface WorkerProcessOptions {
  readonly env: Environment;
  readonly friends: ModelFriends;
  readonly pulled: ModelPulled;
  /** Who owns a shard, as a name that `timelines` knows. */
  readonly ownerOf: (shard: number) => string | undefined;
  readonly timelines: ReadonlyMap<string, TimelineProcess>;
  /** Authors whose posts fail by themselves, wherever they go. */
  readonly poisoned: ReadonlySet<UserId>;
  /** An append of this post reached its owner. */
  readonly onAppend: (post: PostId, deleted: boolean) => void;
}

/** The real fan-out worker; when it crashes, the bus has what it held. */
export class WorkerProcess {
  readonly #options: WorkerProcessOptions;
  #life = new Life();
  #worker: Worker;

  constructor(options: WorkerProcessOptions) {
    this.#options = options;
    this.#worker = this.#start();
  }

  crash(): void {
    this.#life.die();
    void this.#worker.close();
    this.#life = new Life();
    this.#worker = this.#start();
  }

  /** Gives back what it cannot finish, and another takes over. */
  restart(): void {
    void this.#worker.close();
    this.#worker = this.#start();
  }

  get isQuiet(): boolean {
    return this.#worker.inHand === 0;
  }

  #start(): Worker {
    const { env } = this.#options;
    const life = this.#life;
    const { friends } = this.#options;
    const copy = this.#options.pulled.copyOf(life, friends);
    return startWorker(SETTINGS, {
      bus: env.bus.seenBy(life),
      friends: this.#friends(life),
      timelines: this.#timelines(life),
      intervals: env.variant.worker?.(copy) ?? copy,
      undelivered: {
        pull: (post) =>
          env.network.call(life, friends.life, () => this.#options.pulled.lookFor(post)),
      },
      clock: env.clock,
      random: env.dice.random,
      log: env.log,
      metrics: NO_METRICS,
    });
  }

  #friends(life: Life): Friends {
    const { env, friends } = this.#options;
    return {
      lists: (authors) => env.network.call(life, friends.life, () => friends.listsOf(authors)),
      range: async function* (author, from, before) {
        const all = await env.network.call(life, friends.life, () => friends.friendsOf(author));
        const ids = all.filter((id) => id >= from && (before === 0n || id < before));
        const middle = ids.length >> 1;
        yield pairsOf(ids.slice(0, middle));
        await life.lives(env.network.travel());
        yield pairsOf(ids.slice(middle));
      },
    };
  }

  #timelines(life: Life): Timelines {
    const { env, ownerOf, timelines, poisoned } = this.#options;
    const processAt = (owner: string) => present(timelines.get(owner));
    const seen: { owners: Timelines["owners"] } = { owners: buildOwnerTable(ownerOf) };
    return {
      get owners() {
        return seen.owners;
      },
      refresh: async () => {
        await life.lives(env.network.travel());
        seen.owners = buildOwnerTable(ownerOf);
      },
      append: (owner, batch) => {
        const timeline = processAt(owner);
        return env.network.call(life, timeline.life, () => {
          if (batch.appends.some(({ authorId }) => poisoned.has(authorId)))
            throw internal("poison");
          for (const { postId, deleted } of batch.appends) this.#options.onAppend(postId, deleted);
          return timeline.parts.append(batch);
        });
      },
      notify: async (owner, hints) => {
        const timeline = processAt(owner);
        await env.network.call(life, timeline.life, () => {
          if (hints.some(({ friendId }) => poisoned.has(friendId))) throw internal("poison");
          return timeline.parts.notify(hints);
        });
      },
    };
  }
}
