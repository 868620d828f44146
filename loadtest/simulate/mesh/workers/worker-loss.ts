import { CHUNK, CUT, DEAD, FREE, HELD, IN_LANES, RECORDED, UNACKED } from "../bundles.ts";
import type { WorkerParts } from "./worker-parts.ts";
import type { Workers } from "./workers.ts";

/** What happens to messages in hand when who holds them, or the bus, is lost. */
export class WorkerLoss {
  readonly #parts: WorkerParts;
  readonly #workers: Workers;

  constructor(parts: WorkerParts, workers: Workers) {
    this.#parts = parts;
    this.#workers = workers;
  }

  /**
   * A worker dies: all it held is given back. What it has sent is or becomes durable, and comes a
   * second time; what waited in its lanes is lost with it.
   */
  die(worker: number): void {
    const { bundles, queues } = this.#parts;
    this.#giveBackReceived(worker, true);
    for (let bundle = 0; bundle < bundles.capacity; bundle++) {
      if (bundles.state[bundle] === FREE || bundles.worker[bundle] !== worker) continue;
      if (bundles.hold[bundle] === HELD) this.#giveBack(bundle, 0);
      if (bundles.state[bundle] === IN_LANES) bundles.free(bundle);
      else bundles.hold[bundle] = DEAD;
    }
    queues.posts.leave(worker);
    queues.chunks.leave(worker);
  }

  /**
   * All connections to the bus are lost: it has again what was not acked, and workers finish what
   * they have begun all the same. So these posts are delivered now, and again later.
   */
  loseBus(): void {
    const { bundles, queues, threads } = this.#parts;
    for (let worker = 0; worker < threads.count; worker++) {
      this.#giveBackReceived(worker, false);
      queues.posts.leave(worker);
      queues.chunks.leave(worker);
    }
    for (let bundle = 0; bundle < bundles.capacity; bundle++) {
      if (bundles.state[bundle] === FREE || bundles.hold[bundle] !== HELD) continue;
      this.#giveBack(bundle, bundles.kind[bundle] === CUT ? 0 : RECORDED);
      bundles.hold[bundle] = UNACKED;
    }
  }

  #giveBackReceived(worker: number, isDead: boolean): void {
    const { posts } = this.#parts.queues;
    const inbox = posts.inboxes[worker];
    while (inbox.size > 0) {
      inbox.shift();
      posts.giveBack(worker, inbox.at, inbox.friends, inbox.flags);
    }
    this.#workers.longLists.lose(worker, isDead);
    this.#workers.lose(worker, isDead);
  }

  #giveBack(bundle: number, flags: number): void {
    const { bundles, queues } = this.#parts;
    const queue = bundles.kind[bundle] === CHUNK ? queues.chunks : queues.posts;
    const first = bundle * bundles.size;
    for (let place = first; place < first + bundles.count[bundle]; place++) {
      queue.giveBack(
        bundles.worker[bundle],
        bundles.messageAt[place],
        bundles.messageFriends[place],
        bundles.messageFlags[place] | flags,
      );
    }
  }
}
