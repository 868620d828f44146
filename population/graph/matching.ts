import { keyOf, mix } from "../hash.ts";
import { domainOf, inverseOfOdd, permute, unpermute } from "./permutation.ts";

/** A random pairing of numbered stubs (half friendships), computed stub by stub. */
export interface Matching {
  /**
   * Writes the partners of the stubs first to first + count - 1, in order. A partner at or beyond the
   * number of stubs is padding: that friendship does not exist.
   */
  partners(first: number, count: number, out: Float64Array): void;
}

/**
 * Pairs stubs within layers. A stub is (block, index): its number is block * layers + index. In each
 * block an own odd stride scatters the indices over the layers, one each, so that the stubs of one
 * person, which follow each other, lie in different layers, and two people meet in few. Within its
 * layer a block number goes through a permutation of that layer, its last bit is flipped, and it comes
 * back: a pairing, because flipping twice changes nothing. All in 32-bit whole numbers, though there
 * are 6 * 10^10 stubs at 500M people.
 */
export function createMatching(stubs: number, maxStubsEach: number, seed: number): Matching {
  const layerBits = 32 - Math.clz32(Math.max(1, maxStubsEach - 1));
  const layers = 2 ** layerBits;
  const layerMask = layers - 1;
  const blocks = domainOf(2 * Math.ceil(stubs / layers / 2));
  const blockKey = keyOf(seed, 1);
  const layerKey = keyOf(seed, 2);

  return {
    partners(first, count, out) {
      let block = Math.floor(first / layers);
      let index = first - block * layers;
      let scatter = mix(block ^ blockKey);
      for (let n = 0; n < count; n++) {
        const layer = (Math.imul(index, scatter | 1) + (scatter >>> 15)) & layerMask;
        const key = mix(layer ^ layerKey);
        const other = unpermute(permute(block, key, blocks) ^ 1, key, blocks);
        const theirs = mix(other ^ blockKey);
        const at = Math.imul(layer - (theirs >>> 15), inverseOfOdd(theirs | 1)) & layerMask;
        out[n] = other * layers + at;
        if (++index < layers) continue;
        index = 0;
        scatter = mix(++block ^ blockKey);
      }
    },
  };
}
