import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makePostId, userIdOf } from "../../services/model/ids.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { EmbeddedEntryStore } from "../../services/timeline/adapters/log/embedded-entry-store.ts";

const POSTS_PER_CALL = 10;
const CALLS_IN_FLIGHT = 32;
const MIB = 2 ** 20;

/** An embedded entry store in a folder of its own, with viewers 1 to `viewers`, all complete. */
export class EntryWorld implements AsyncDisposable {
  readonly #folder: string;
  readonly #viewers: number;
  readonly #ringEntries: number;
  readonly #snapshotLogBytes: number;
  store: EmbeddedEntryStore;
  #isHandedOver = false;
  #posts = 0;

  private constructor(folder: string, store: EmbeddedEntryStore, options: EntryWorldOptions) {
    this.#folder = folder;
    this.store = store;
    this.#viewers = options.viewers;
    this.#ringEntries = options.ringEntries;
    this.#snapshotLogBytes = options.snapshotLogBytes ?? Number.POSITIVE_INFINITY;
  }

  static async create(options: EntryWorldOptions): Promise<EntryWorld> {
    const folder = await mkdtemp(join(tmpdir(), "tidings-bench-"));
    const { ringEntries, snapshotLogBytes = Number.POSITIVE_INFINITY } = options;
    const store = await openStore(folder, ringEntries, snapshotLogBytes);
    const world = new EntryWorld(folder, store, options);
    for (let first = 1; first <= options.viewers; first += 10_000) {
      const ids = Array.from({ length: 10_000 }, (_, i) => userIdOf(first + i));
      await Promise.all(ids.map((id) => store.activate(id)));
      await Promise.all(ids.map((id) => store.complete(id, makePostId(1.71e12, 0, 0))));
    }
    return world;
  }

  /** Appends about so many deliveries, `perPost` random viewers a post; returns how it went. */
  async append(deliveries: number, perPost: number): Promise<Cost> {
    const calls = Math.ceil(deliveries / perPost / POSTS_PER_CALL);
    const lists = Array.from({ length: Math.min(calls * POSTS_PER_CALL, 400_000 / perPost) }, () =>
      this.#randomViewers(perPost),
    );
    let left = calls;
    const caller = async () => {
      while (left-- > 0) await this.store.append({ appends: this.#nextPosts(lists) });
    };
    const logBytes = this.store.stats().logBytes;
    const cost = await costOf(
      async () => {
        await Promise.all(Array.from({ length: CALLS_IN_FLIGHT }, caller));
      },
      calls * POSTS_PER_CALL * perPost,
    );
    return { ...cost, logBytes: this.store.stats().logBytes - logBytes };
  }

  /** Closes the store and opens it again, from what is on disk. */
  async reopen(): Promise<Cost> {
    await this.store.close();
    return costOf(async () => {
      this.store = await openStore(this.#folder, this.#ringEntries, this.#snapshotLogBytes);
    }, 1);
  }

  /** Whoever takes the store closes it, before the world ends. */
  handOver(): EmbeddedEntryStore {
    this.#isHandedOver = true;
    return this.store;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isHandedOver) await this.store.close();
    await rm(this.#folder, { recursive: true });
  }

  #nextPosts(lists: readonly Uint32Array[]) {
    return Array.from({ length: POSTS_PER_CALL }, () => {
      const post = this.#posts++;
      return {
        postId: makePostId(1.72e12 + post, 1, 0),
        authorId: userIdOf(1 + (post % this.#viewers)),
        deleted: false,
        viewers: lists[post % lists.length],
        createTimeMs: 0,
        requestId: "",
      };
    });
  }

  /** Ascending, with random gaps that come to the end of the viewers on average. */
  #randomViewers(count: number): Uint32Array {
    const pairs = new Uint32Array(2 * count);
    const gap = this.#viewers / count;
    for (let i = 0; i < count; i++) pairs[2 * i] = 1 + Math.floor((i + Math.random()) * gap);
    return pairs;
  }
}

export interface EntryWorldOptions {
  readonly viewers: number;
  readonly ringEntries: number;
  readonly snapshotLogBytes?: number;
}

export interface Cost {
  /** Of wall-clock time. */
  readonly seconds: number;
  readonly perSecond: number;
  /** Of the process, all threads. */
  readonly cpuSeconds: number;
  readonly perCpuSecond: number;
  readonly logBytes?: number;
}

/** What `count` units of work cost. */
export async function costOf(work: () => Promise<void> | void, count: number): Promise<Cost> {
  const startMs = performance.now();
  const startCpu = process.cpuUsage();
  await work();
  const cpu = process.cpuUsage(startCpu);
  const seconds = (performance.now() - startMs) / 1_000;
  const cpuSeconds = (cpu.user + cpu.system) / 1e6;
  return { seconds, perSecond: count / seconds, cpuSeconds, perCpuSecond: count / cpuSeconds };
}

function openStore(folder: string, maxRingEntries: number, snapshotLogBytes: number) {
  return EmbeddedEntryStore.open({
    folder,
    log: createLogger("bench", "warn"),
    limits: { maxRingEntries, maxSlabBytes: 8_192 * MIB },
    maxSegmentBytes: 64 * MIB,
    snapshotLogBytes,
    fatal: (error) => {
      throw error;
    },
  });
}
