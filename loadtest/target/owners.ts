import { TimelineServiceService } from "#gen/timeline/v1/timeline.ts";
import { present } from "../../services/model/invariant.ts";
import { SHARD_COUNT, shardOfHalves } from "../../services/model/shards.ts";
import { systemClock } from "../../services/platform/clock/system-clock.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { ownersByShard } from "../../services/platform/grpc/client/shard-map.ts";
import type { Credentials } from "../../services/platform/grpc/credentials/credentials.ts";
import { preferredOwner } from "../../services/platform/storage/ownership/assignment.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { TargetError } from "./target-error.ts";

/** Addresses by shard; undefined: nobody's. */
type OwnerOfShard = readonly (string | undefined)[];

/** Of a shard whose owner is not part of the target. */
const ELSEWHERE = -1;
const ASK_MS = 2_000;
const ASK_AGAIN_MS = 200;
const FOLLOW_MS = 1_000;
const TWO_32 = 2 ** 32;

/** Who owns which shard, as one of these timeline processes knows it. */
export async function askOwners(
  addresses: readonly string[],
  credentials: Credentials,
): Promise<OwnerOfShard> {
  const options = { log: createLogger("load", "silent"), defaultDeadlineMs: ASK_MS, credentials };
  using anyone = connect(addresses, { ...options, to: "timeline" });
  const owners = ownersByShard(await createClient(TimelineServiceService, anyone).getShardMap({}));
  return Array.from({ length: SHARD_COUNT }, (_, shard) => owners[shard]);
}

/**
 * On cql shards find their owners in the seconds after a start: waits until all processes say that each is with the
 * member that it will stay with; any of them may be asked after that, and each looks by itself. `members`: addresses
 * by the names that they have leases under.
 */
export async function untilPlaced(
  asked: { readonly addresses: readonly string[]; readonly credentials: Credentials },
  members: ReadonlyMap<string, string>,
  boundMs: number,
): Promise<void> {
  const alive = [...members.keys()].map((name) => ({ address: name, generation: 0n }));
  const wanted = Array.from({ length: SHARD_COUNT }, (_, shard) =>
    members.get(present(preferredOwner(shard, alive)).address),
  );
  const deadlineMs = performance.now() + boundMs;
  for (;;) {
    const maps = await Promise.all(
      asked.addresses.map((address) => askOwners([address], asked.credentials)),
    );
    const misplaced = wanted.filter((owner, shard) =>
      maps.some((owners) => owners[shard] !== owner),
    ).length;
    if (misplaced === 0) return;
    if (performance.now() > deadlineMs) {
      throw new TargetError(
        `${misplaced} shards of ${SHARD_COUNT} are not with their owners after ${boundMs} ms: is cql slow, ` +
          "or does another mesh use this keyspace?",
      );
    }
    await systemClock.delay(ASK_AGAIN_MS);
  }
}

/** Who owns whom, by index into the target's timeline addresses; -1 where the owner is none of them. */
export class OwnerTable implements Disposable {
  byShard: readonly number[] = [];
  readonly #addresses: readonly string[];
  readonly #credentials: Credentials;
  readonly #closing = new AbortController();

  private constructor(addresses: readonly string[], credentials: Credentials) {
    this.#addresses = addresses;
    this.#credentials = credentials;
  }

  /** `shardsMove`: asks again every second, for as long as it is not disposed. */
  static async open(
    addresses: readonly string[],
    shardsMove: boolean,
    credentials: Credentials,
  ): Promise<OwnerTable> {
    const table = new OwnerTable(addresses, credentials);
    await table.#refresh();
    if (shardsMove) void table.#follow();
    return table;
  }

  ownerOf(viewer: number): number {
    return this.byShard[shardOfHalves(viewer >>> 0, Math.floor(viewer / TWO_32))];
  }

  [Symbol.dispose](): void {
    this.#closing.abort();
  }

  async #refresh(): Promise<void> {
    const owners = await askOwners(this.#addresses, this.#credentials);
    this.byShard = owners.map((owner) =>
      owner === undefined ? ELSEWHERE : this.#addresses.indexOf(owner),
    );
  }

  async #follow(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await systemClock.delay(FOLLOW_MS, signal).catch(() => {});
      // Without an answer the table stays as it was: calls say who is gone.
      if (!signal.aborted) await this.#refresh().catch(() => {});
    }
  }
}
