import { MessageRing } from "../../kernel/message-ring.ts";
import { CHUNK, CUT, DEAD, HELD } from "../bundles.ts";
import type { WorkerParts } from "./worker-parts.ts";

/**
 * Authors with more than 5,000 friends (services/fanout/stages/chunks.ts): the list is cut into
 * chunk messages on a slower queue, confirmed before the post is settled; each is appended beside
 * the posts, two at a time.
 */
export class LongLists {
  /** Posts that were cut, and what they were cut into. */
  posts = 0;
  chunks = 0;
  readonly #parts: WorkerParts;
  /** A chunk's friends are listed: it goes the way of posts from here. */
  readonly #listed: number;
  readonly #waiting: readonly MessageRing[];
  readonly #cutting: Int32Array;
  readonly #arrived: Int32Array;
  readonly #appending: Int32Array;
  readonly #cut: number;

  constructor(parts: WorkerParts, listed: number) {
    const { threads, events, queues } = parts;
    this.#parts = parts;
    this.#listed = listed;
    this.#waiting = Array.from({ length: threads.count }, () => new MessageRing());
    this.#cutting = new Int32Array(threads.count);
    this.#arrived = new Int32Array(threads.count);
    this.#appending = new Int32Array(threads.count);
    this.#cut = events.kind((bundle, count) => this.#publish(bundle, count));
    queues.chunks.received = events.kind((worker, count) => {
      const inbox = queues.chunks.inboxes[worker];
      this.#arrived[worker] = Math.min(this.#arrived[worker] + count, inbox.size);
      this.#append(worker);
    });
  }

  /** A post that is too long to hand out at once. */
  push(worker: number, at: number, friends: number, flags: number): void {
    this.#waiting[worker].push(at, friends, flags);
    this.#cutSome(worker);
  }

  /** A chunk is settled. */
  appended(worker: number): void {
    this.#appending[worker]--;
    this.#append(worker);
  }

  /** Gives back what waits; `isDead`: and forgets what is under way. */
  lose(worker: number, isDead: boolean): void {
    const { chunks, posts } = this.#parts.queues;
    for (const [ring, queue] of [
      [this.#waiting[worker], posts],
      [chunks.inboxes[worker], chunks],
    ] as const) {
      while (ring.size > 0) {
        ring.shift();
        queue.giveBack(worker, ring.at, ring.friends, ring.flags);
      }
    }
    this.#arrived[worker] = 0;
    if (!isDead) return;
    this.#cutting[worker] = 0;
    this.#appending[worker] = 0;
  }

  #cutSome(worker: number): void {
    const { events, model, bundles, posts } = this.#parts;
    const { longListsInHand, friendsPerChunk } = model.settings.fanout;
    const waiting = this.#waiting[worker];
    while (waiting.size > 0 && this.#cutting[worker] < longListsInHand) {
      this.#cutting[worker]++;
      waiting.shift();
      const bundle = bundles.take(worker, CUT);
      bundles.add(bundle, waiting.at, waiting.friends, waiting.flags);
      const listed = this.#list(worker, waiting.friends);
      const chunks = Math.ceil(waiting.friends / friendsPerChunk);
      events.at(posts.publish(listed, chunks), this.#cut, bundle, chunks);
    }
  }

  #publish(bundle: number, count: number): void {
    const { events, bundles, queues, posts, model } = this.#parts;
    const worker = bundles.worker[bundle];
    const place = bundle * bundles.size;
    if (bundles.hold[bundle] === HELD && !queues.chunks.hasRoom(count)) {
      const again = events.now + model.settings.relay.backoffMaxMs * 1_000;
      events.at(again, this.#cut, bundle, count);
      return;
    }
    if (bundles.hold[bundle] !== DEAD) this.#cutting[worker]--;
    if (bundles.hold[bundle] === HELD) {
      const { friendsPerChunk } = model.settings.fanout;
      for (let left = bundles.messageFriends[place]; left > 0; left -= friendsPerChunk) {
        queues.chunks.push(bundles.messageAt[place], Math.min(left, friendsPerChunk), 0);
        this.chunks++;
      }
      this.posts++;
      queues.posts.settle(worker, 1);
      posts.settled(1);
    }
    bundles.free(bundle);
    queues.chunks.pump();
    queues.posts.pump();
    this.#cutSome(worker);
  }

  #append(worker: number): void {
    const { events, model, bundles, queues } = this.#parts;
    const inbox = queues.chunks.inboxes[worker];
    const { longListsInHand } = model.settings.fanout;
    while (this.#arrived[worker] > 0 && this.#appending[worker] < longListsInHand) {
      this.#arrived[worker]--;
      this.#appending[worker]++;
      inbox.shift();
      const bundle = bundles.take(worker, CHUNK);
      bundles.add(bundle, inbox.at, inbox.friends, inbox.flags);
      events.at(this.#list(worker, inbox.friends), this.#listed, bundle);
    }
  }

  /** When the friends of one author are here. */
  #list(worker: number, count: number): number {
    const { events, model, threads, friends, hop } = this.#parts;
    const sentAt = threads.serveAt(worker, events.now, model.costs.fanout.friendsCall);
    return friends.list(sentAt + hop.draw(), 1, count) + hop.draw();
  }
}
