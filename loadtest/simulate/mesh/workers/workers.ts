import { present } from "../../../../services/model/invariant.ts";
import { Random } from "../../kernel/random.ts";
import { backoffMicros } from "../backoff.ts";
import { CHUNK, DEAD, HELD, POSTS } from "../bundles.ts";
import type { AppendStage } from "../lanes/append-stage.ts";
import type { Owners } from "../owners/owners.ts";
import { STREAM } from "../streams.ts";
import { LongLists } from "./long-lists.ts";
import type { WorkerParts } from "./worker-parts.ts";

/**
 * The fan-out workers (services/fanout): a thread each, which takes what has come since it was
 * last free, asks for the friends of up to 64 authors in a call, cuts them by owner, appends, and
 * settles.
 */
export class Workers {
  /** Posts settled, but for those that were cut; stored entries of what is settled, on average. */
  posts = 0;
  entries = 0;
  dropped = 0;
  readonly longLists: LongLists;
  /** The kind of event that says that the acks of a bundle are at the bus. */
  readonly done: number;
  readonly #parts: WorkerParts;
  readonly #owners: Owners;
  #appendPosts: AppendStage | undefined;
  #appendChunks: AppendStage | undefined;
  readonly #rejects: Random;
  readonly #arrived: Int32Array;
  readonly #calls: Int32Array;
  readonly #isDue: Uint8Array;
  readonly #fill: number;
  readonly #listed: number;
  readonly #cut: number;
  readonly #drop: number;

  constructor(parts: WorkerParts, owners: Owners) {
    const { events, threads, queues, seed } = parts;
    this.#parts = parts;
    this.#owners = owners;
    this.#rejects = new Random(seed, STREAM.rejects);
    this.#arrived = new Int32Array(threads.count);
    this.#calls = new Int32Array(threads.count);
    this.#isDue = new Uint8Array(threads.count);
    queues.posts.received = events.kind((worker, count) => this.#receive(worker, count));
    this.#fill = events.kind((worker) => this.#onFill(worker));
    this.#listed = events.kind((bundle) => this.#onListed(bundle));
    this.#cut = events.kind((bundle) => this.#onCut(bundle));
    this.done = events.kind((bundle) => this.#onDone(bundle));
    this.#drop = events.kind((worker) => {
      queues.posts.settle(worker, 1);
      parts.posts.settled(1);
      queues.posts.pump();
    });
    this.longLists = new LongLists(parts, this.#listed);
  }

  /** The two ways to the owners. */
  connect(posts: AppendStage, chunks: AppendStage): void {
    this.#appendPosts = posts;
    this.#appendChunks = chunks;
  }

  /** What was received of posts is forgotten; `isDead`: and what is under way. */
  lose(worker: number, isDead: boolean): void {
    this.#arrived[worker] = 0;
    if (!isDead) return;
    this.#calls[worker] = 0;
    this.#appendPosts?.clear(worker);
    this.#appendChunks?.clear(worker);
  }

  #receive(worker: number, count: number): void {
    const { events, threads, queues, model } = this.#parts;
    // A worker that was lost meanwhile has none of them.
    const inbox = queues.posts.inboxes[worker];
    this.#arrived[worker] = Math.min(this.#arrived[worker] + count, inbox.size);
    const isFree = threads.freeAt(worker) <= events.now;
    threads.serveAt(worker, events.now, count * model.costs.fanout.message);
    if (isFree) this.#askForFriends(worker);
    else this.#fillWhenFree(worker);
  }

  #fillWhenFree(worker: number): void {
    if (this.#isDue[worker] === 1) return;
    this.#isDue[worker] = 1;
    this.#parts.events.at(this.#parts.threads.freeAt(worker), this.#fill, worker);
  }

  #onFill(worker: number): void {
    this.#isDue[worker] = 0;
    if (this.#parts.threads.freeAt(worker) > this.#parts.events.now) this.#fillWhenFree(worker);
    else this.#askForFriends(worker);
  }

  #askForFriends(worker: number): void {
    const { events, model, threads, bundles, queues, friends, hop } = this.#parts;
    const { callsInFlight, listsPerCall, friendsPerChunk } = model.settings.fanout;
    const inbox = queues.posts.inboxes[worker];
    while (this.#arrived[worker] > 0 && this.#calls[worker] < callsInFlight) {
      this.#calls[worker]++;
      const bundle = bundles.take(worker, POSTS);
      const count = Math.min(this.#arrived[worker], listsPerCall);
      this.#arrived[worker] -= count;
      let listed = 0;
      for (let i = 0; i < count; i++) {
        inbox.shift();
        bundles.add(bundle, inbox.at, inbox.friends, inbox.flags);
        // Of a longer list only the count is told.
        if (inbox.friends <= friendsPerChunk) listed += inbox.friends;
      }
      const sentAt = threads.serveAt(worker, events.now, model.costs.fanout.friendsCall);
      const answered = friends.list(sentAt + hop.draw(), count, listed);
      events.at(answered + hop.draw(), this.#listed, bundle);
    }
  }

  #onListed(bundle: number): void {
    const { events, threads, bundles } = this.#parts;
    const worker = bundles.worker[bundle];
    if (bundles.hold[bundle] === DEAD) {
      bundles.free(bundle);
      return;
    }
    const free = threads.freeAt(worker);
    if (free > events.now) {
      events.at(free, this.#listed, bundle);
      return;
    }
    if (bundles.kind[bundle] === POSTS) {
      this.#calls[worker]--;
      this.#askForFriends(worker);
      this.#setLongAside(bundle);
    }
    if (bundles.count[bundle] === 0) bundles.free(bundle);
    else events.at(threads.serveAt(worker, events.now, this.#cutWork(bundle)), this.#cut, bundle);
  }

  #setLongAside(bundle: number): void {
    const { bundles, model } = this.#parts;
    const first = bundle * bundles.size;
    for (let i = bundles.count[bundle] - 1; i >= 0; i--) {
      const place = first + i;
      const friends = bundles.messageFriends[place];
      if (friends <= model.settings.fanout.friendsPerChunk) continue;
      const at = bundles.messageAt[place];
      const flags = bundles.messageFlags[place];
      bundles.remove(bundle, i);
      // What a bus that is lost has taken back is not cut a second time.
      if (bundles.hold[bundle] === HELD) {
        this.longLists.push(bundles.worker[bundle], at, friends, flags);
      }
    }
  }

  /** Decoding, cutting and encoding; calls are paid for when they are made. */
  #cutWork(bundle: number): number {
    const { bundles, model } = this.#parts;
    const { friend, piece } = model.costs.fanout;
    const first = bundle * bundles.size;
    let pieces = 0;
    for (let place = first; place < first + bundles.count[bundle]; place++) {
      pieces += this.#owners.shares.touched(bundles.messageFriends[place]);
    }
    return bundles.friends[bundle] * friend + pieces * piece;
  }

  #onCut(bundle: number): void {
    const { bundles, model } = this.#parts;
    if (bundles.hold[bundle] === DEAD) {
      bundles.free(bundle);
      return;
    }
    const mayBeRejected = model.faults.rejectedShare > 0 && bundles.kind[bundle] === POSTS;
    if (mayBeRejected) this.#setRejectedAside(bundle);
    if (bundles.count[bundle] === 0) {
      this.#onDone(bundle);
      return;
    }
    const stage = bundles.kind[bundle] === CHUNK ? this.#appendChunks : this.#appendPosts;
    present(stage, "the way to the owners").send(bundle);
  }

  /** Refused each time: tried again alone as often as is allowed, then a dead letter. */
  #setRejectedAside(bundle: number): void {
    const { bundles, events, model } = this.#parts;
    const { messageAttempts, backoffFirstMs, backoffMaxMs } = model.settings.fanout;
    for (let i = bundles.count[bundle] - 1; i >= 0; i--) {
      if (this.#rejects.unit() >= model.faults.rejectedShare) continue;
      bundles.remove(bundle, i);
      if (bundles.hold[bundle] !== HELD) continue;
      let wait = 0;
      for (let attempt = 1; attempt < messageAttempts; attempt++) {
        wait += backoffMicros(attempt, backoffFirstMs, backoffMaxMs, this.#rejects);
      }
      this.dropped++;
      events.at(events.now + wait, this.#drop, bundles.worker[bundle]);
    }
  }

  /** The acks of a bundle are at the bus. */
  #onDone(bundle: number): void {
    const { bundles, queues, posts, model } = this.#parts;
    const worker = bundles.worker[bundle];
    const isChunk = bundles.kind[bundle] === CHUNK;
    const hold = bundles.hold[bundle];
    const count = bundles.count[bundle];
    if (hold === HELD && count > 0) {
      this.entries += bundles.friends[bundle] * model.audience.activeShare;
      if (!isChunk) this.posts += count;
      (isChunk ? queues.chunks : queues.posts).settle(worker, count);
      posts.settled(count);
    }
    bundles.free(bundle);
    if (isChunk && hold !== DEAD) this.longLists.appended(worker);
    (isChunk ? queues.chunks : queues.posts).pump();
  }
}
