import { SHARD_COUNT } from "../../../model/shards.ts";

/** Where the shards of viewers have their rows. */
export const TIMELINE_SHARDS = { table: "timeline_shards", shardCount: SHARD_COUNT };
