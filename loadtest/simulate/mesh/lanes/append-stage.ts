import { Random } from "../../kernel/random.ts";
import { IN_LANES } from "../bundles.ts";
import { STREAM } from "../streams.ts";
import type { AppendParts } from "./append-parts.ts";
import { type LaneSettings, Lanes } from "./lanes.ts";

const NONE = -1;

/**
 * The worker's way to the owners: a bundle's viewers are cut by owner, and wait in the lanes. What
 * comes before any of it has left joins a bundle that waits already: the fewer bundles, the sooner
 * a day is over.
 */
export class AppendStage {
  readonly lanes: Lanes;
  readonly #parts: AppendParts;
  readonly #random: Random;
  /** Of the bundle in hand, by owner: posts that have viewers there, and entries. */
  readonly #pieces: Float64Array;
  readonly #entries: Float64Array;
  /** By worker: the bundle that may be joined. */
  readonly #open: Int32Array;

  constructor(parts: AppendParts, settings: LaneSettings) {
    const { owners, threads, seed } = parts;
    this.lanes = new Lanes(parts, settings);
    this.#parts = parts;
    this.#random = new Random(seed, STREAM.cut + settings.stream);
    this.#pieces = new Float64Array(owners.shares.owners);
    this.#entries = new Float64Array(owners.shares.owners);
    this.#open = new Int32Array(threads.count).fill(NONE);
  }

  /** Sends all of a bundle: now, or when there is room. */
  send(bundle: number): void {
    this.#cut(bundle);
    this.lanes.send(this.#joined(bundle), this.#pieces, this.#entries);
  }

  /** Forgets what has not left: the worker is dead. */
  clear(worker: number): void {
    this.lanes.clear(worker);
    this.#open[worker] = NONE;
  }

  /** The open bundle with what this one has, which is free then; or this one. */
  #joined(bundle: number): number {
    const { bundles, events } = this.#parts;
    const worker = bundles.worker[bundle];
    const open = this.#open[worker];
    if (open !== NONE && bundles.mayJoin(bundle, open)) {
      bundles.join(bundle, open);
      bundles.free(bundle);
      return open;
    }
    bundles.state[bundle] = IN_LANES;
    bundles.isClosed[bundle] = 0;
    bundles.openParts[bundle] = 0;
    bundles.doneAt[bundle] = events.now;
    this.#open[worker] = bundle;
    return bundle;
  }

  /**
   * Where the viewers of each post are. One of them, at random, is the one whose lag is recorded;
   * the owner of any other viewer is not drawn: how many an owner has is as many as expected,
   * where it has any.
   */
  #cut(bundle: number): void {
    const { bundles, owners } = this.#parts;
    const { shares } = owners;
    const { share, sureFriends } = shares;
    const pieces = this.#pieces;
    const entries = this.#entries;
    let sure = 0;
    let sureFriendsSum = 0;
    entries.fill(0);
    pieces.fill(0);
    const first = bundle * bundles.size;
    for (let place = first; place < first + bundles.count[bundle]; place++) {
      const others = bundles.messageFriends[place] - 1;
      const owner = shares.ownerFor(this.#random.bits());
      bundles.messageOwner[place] = owner;
      entries[owner]++;
      if (others >= sureFriends) {
        sure++;
        sureFriendsSum += others;
      } else {
        this.#cutFew(owner, others);
      }
    }
    for (let owner = 0; owner < pieces.length; owner++) {
      pieces[owner] += sure;
      entries[owner] += sureFriendsSum * share[owner];
    }
  }

  /**
   * A post with few friends may have none at some owners; the one drawn has at least that viewer.
   */
  #cutFew(drawn: number, others: number): void {
    const { share, chance, friendsWhenTouched } = this.#parts.owners.shares;
    const limit = chance[others];
    const friends = friendsWhenTouched[others];
    const pieces = this.#pieces;
    const entries = this.#entries;
    for (let owner = 0; owner < pieces.length; owner++) {
      if (owner === drawn) {
        pieces[owner]++;
        entries[owner] += others * share[owner];
      } else if (this.#random.bits() >>> 0 < limit) {
        pieces[owner]++;
        entries[owner] += friends * share[owner];
      }
    }
  }
}
