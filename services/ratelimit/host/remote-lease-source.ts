import { RateLimitServiceService } from "#gen/ratelimit/v1/ratelimit.ts";
import { type Channel, createClient } from "../../platform/grpc/client/client.ts";
import type { Ask } from "../domain/leases/lease.ts";
import { LimitBook } from "../domain/limits/limit-book.ts";
import { amountOf } from "../wire/amounts.ts";
import { grantOf } from "../wire/grants.ts";
import { limitOf } from "../wire/limit-message.ts";
import type { LeaseSource } from "./lease-source.ts";

const TIMEOUT_MS = 2_000;

/** Leases from the coordinator at the other end of the channel. */
export function remoteLeaseSource(channel: Channel): LeaseSource {
  const client = createClient(RateLimitServiceService, channel);
  return {
    lease: async (holder, asks, knownRevision) => {
      const request = { holder, knownRevision, asks: asks.map(askMessageOf) };
      const { grants, revision, limits } = await client.lease(request, { timeoutMs: TIMEOUT_MS });
      const read = () =>
        new LimitBook(
          revision,
          limits.map((limit) => limitOf(limit, "limits")),
        );
      return {
        grants: grants.map(grantOf),
        book: revision === knownRevision ? undefined : read(),
      };
    },
    watch: async (holder, heard, signal) => {
      for await (const { paths } of client.watchLeases({ holder }, { signal })) heard(paths);
    },
    release: async (holder, gone) => {
      const paths = gone.map(({ path }) => path);
      const left = gone.map((one) => amountOf(one.left));
      const wholePaths = gone.filter(({ isWhole }) => isWhole).map(({ path }) => path);
      await client.releaseLeases({ holder, paths, left, wholePaths }, { timeoutMs: TIMEOUT_MS });
    },
  };
}

/** A holder whose lease gives nothing at the moment is not new: it has a bucket. */
function askMessageOf({ path, wants, has, safe, ageMs, returned }: Ask) {
  return {
    path,
    wants: amountOf(wants),
    has: ageMs === undefined ? undefined : amountOf(has),
    ageMs: BigInt(Math.ceil(ageMs ?? 0)),
    returned: returned && amountOf(returned),
    safe: safe && amountOf(safe),
  };
}
