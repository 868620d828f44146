import type {
  ListActiveViewersRequest,
  ListActiveViewersResponse,
} from "#gen/timeline/v1/timeline.ts";
import { SHARD_COUNT, shardOf } from "../../model/shards.ts";
import { invalidArgument } from "../../platform/grpc/errors/errors.ts";
import type { EntryStore, Ownership } from "../ports.ts";

export interface ListActiveViewersDeps {
  readonly store: Pick<EntryStore, "idle">;
  readonly ownership: Ownership;
}

/** Looked at in one call: at most so many viewers in an answer of 9 bytes each. */
const PLACES_PER_CALL = 20_000;
/** After every day there is: all are idle since. */
const NEVER_DAY = 0xffff;

export function listActiveViewers({ store, ownership }: ListActiveViewersDeps) {
  return ({ place, shard }: ListActiveViewersRequest): ListActiveViewersResponse => {
    const from = Number(place);
    if (!Number.isSafeInteger(from) || from < 0) {
      throw invalidArgument("place", `is ${place}`, "0, or next_place of an earlier answer");
    }
    if (shard !== undefined && !(shard >= 0 && shard < SHARD_COUNT)) {
      throw invalidArgument("shard", `is ${shard}`, `0 to ${SHARD_COUNT - 1}`);
    }
    const { idle, unknown, next } = store.idle(NEVER_DAY, from, PLACES_PER_CALL);
    const viewerIds = [...idle, ...unknown].filter((viewer) => {
      const own = shardOf(viewer);
      return (shard === undefined || own === shard) && ownership.owns(own);
    });
    return { viewerIds, nextPlace: BigInt(next ?? 0) };
  };
}
