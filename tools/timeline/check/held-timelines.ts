import { MAX_DIGEST_VIEWERS } from "../../../services/model/limits.ts";
import type { Range } from "../../../services/model/reconcile/differing-positions.ts";
import type { Digest } from "../../../services/model/reconcile/digest.ts";
import type { TimelineClient } from "../owners.ts";

/** Which entries are compared: from `since` on, below `until`. */
export interface Stretch {
  readonly since: bigint;
  readonly until: bigint;
}

const TIMEOUT_MS = 30_000;
const HALF_BITS = 32n;

/** What one owner holds of some viewers: a position each, ascending by id. */
export class HeldTimelines {
  readonly viewers: readonly bigint[];
  /** From which post id on each of them is compared; the stretch's end for who has no complete timeline. */
  readonly froms: readonly bigint[];
  readonly #client: TimelineClient;
  readonly #stretch: Stretch;
  #first: readonly Digest[] | undefined;

  private constructor(
    client: TimelineClient,
    viewers: readonly bigint[],
    stretch: Stretch,
    opened: { readonly froms: readonly bigint[]; readonly first: readonly Digest[] },
  ) {
    this.#client = client;
    this.viewers = viewers;
    this.#stretch = stretch;
    this.froms = opened.froms;
    this.#first = opened.first;
  }

  /** Asks from where each is complete, and at once for the digests of the first round. */
  static async open(
    client: TimelineClient,
    viewers: readonly bigint[],
    stretch: Stretch,
    firstLength: number,
  ): Promise<HeldTimelines> {
    const froms: bigint[] = [];
    const first: Digest[] = [];
    const perCall = MAX_DIGEST_VIEWERS - (MAX_DIGEST_VIEWERS % firstLength);
    for (let at = 0; at < viewers.length; at += perCall) {
      const asked = { viewerIds: viewers.slice(at, at + perCall), fromPostIds: [] };
      const answer = await ask(client, { ...asked, ...stretch, length: firstLength });
      froms.push(...answer.fromPostIds);
      first.push(...answer.digests);
    }
    return new HeldTimelines(client, viewers, stretch, { froms, first });
  }

  /** As `differingPositions` asks: first for what was asked when it was opened. */
  async digestsOf(ranges: readonly Range[]): Promise<readonly Digest[]> {
    const first = this.#first;
    this.#first = undefined;
    if (first) return first;
    const length = ranges[0].to - ranges[0].from;
    const digests: Digest[] = [];
    const perCall = Math.max(1, Math.floor(MAX_DIGEST_VIEWERS / length));
    for (let at = 0; at < ranges.length; at += perCall) {
      const some = ranges.slice(at, at + perCall);
      const asked = {
        viewerIds: some.flatMap(({ from, to }) => this.viewers.slice(from, to)),
        fromPostIds: some.flatMap(({ from, to }) => this.froms.slice(from, to)),
      };
      const answer = await ask(this.#client, { ...asked, ...this.#stretch, length });
      digests.push(...answer.digests);
    }
    return digests;
  }
}

interface Asked extends Stretch {
  readonly viewerIds: bigint[];
  readonly fromPostIds: bigint[];
  readonly length: number;
}

async function ask(client: TimelineClient, { viewerIds, fromPostIds, ...asked }: Asked) {
  const request = {
    ...{ viewerIds, fromPostIds },
    sincePostId: asked.since,
    untilPostId: asked.until,
    viewersPerDigest: asked.length,
  };
  const answer = await client.digestTimelines(request, { timeoutMs: TIMEOUT_MS });
  const digests = answer.digests.map((digest, i) => ({
    low: Number(BigInt.asUintN(32, digest)),
    high: Number(digest >> HALF_BITS),
    count: answer.entryCounts[i],
  }));
  return { fromPostIds: answer.fromPostIds, digests };
}
