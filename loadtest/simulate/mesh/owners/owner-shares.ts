import { SHARD_COUNT } from "../../../../services/model/shards.ts";
import { valueAbove } from "../../kernel/distribution.ts";
import type { Random } from "../../kernel/random.ts";

/**
 * Above so many viewers of an owner, on average, a post reaches it for sure: exp(-8) is 3 in
 * 10,000.
 */
const SURE_VIEWERS = 8;

/** Owners reached are looked up for posts to fewer friends. */
const TABLED_FRIENDS = 8_192;

/** How a post's viewers fall on the owners: each has its part of the 4,096 shards. */
export class OwnerShares {
  readonly owners: number;
  /** Of all viewers, by owner. */
  readonly share: Float64Array;
  /** Friends from which on every owner has some. */
  readonly sureFriends: number;
  /**
   * By number of friends below that: the chance of an owner, in 2^32, and friends over that
   * chance.
   */
  readonly chance: Float64Array;
  readonly friendsWhenTouched: Float64Array;
  readonly #touched: Float64Array;
  readonly #ownerOfShard = new Uint16Array(SHARD_COUNT);

  /** `spread`: sigma of the logarithm of their sizes. */
  constructor(owners: number, spread: number, random: Random) {
    this.owners = owners;
    this.share = new Float64Array(owners);
    const sizes = Array.from({ length: owners }, () =>
      valueAbove({ kind: "lognormal", mean: 1, sigma: spread }, 1 - random.unit()),
    );
    const total = sizes.reduce((sum, size) => sum + size, 0);
    // Everyone has a shard; the others go by size.
    let [sum, from] = [0, 0];
    sizes.forEach((size, owner) => {
      sum += size;
      const end = owner + 1 + Math.round((sum / total) * (SHARD_COUNT - owners));
      this.#ownerOfShard.fill(owner, from, end);
      this.share[owner] = (end - from) / SHARD_COUNT;
      from = end;
    });
    this.#touched = Float64Array.from({ length: TABLED_FRIENDS }, (_, friends) =>
      friends === 0 ? 0 : 1 + (owners - 1) * this.#chanceOf(friends - 1),
    );
    const least = this.share.reduce((least, share) => Math.min(least, share));
    this.sureFriends = owners === 1 ? 0 : Math.ceil(SURE_VIEWERS / least);
    const chances = Float64Array.from({ length: this.sureFriends }, (_, friends) =>
      this.#chanceOf(friends),
    );
    this.chance = chances.map((chance) => chance * 2 ** 32);
    this.friendsWhenTouched = chances.map((chance, friends) => (chance > 0 ? friends / chance : 0));
  }

  /** Of a random viewer, for 32 random bits. */
  ownerFor(bits: number): number {
    return this.#ownerOfShard[bits >>> 20];
  }

  /** Owners that a post to so many friends reaches, on average. */
  touched(friends: number): number {
    return friends < TABLED_FRIENDS ? this.#touched[friends] : this.owners;
  }

  #chanceOf(friends: number): number {
    return 1 - Math.exp(-friends / this.owners);
  }
}
