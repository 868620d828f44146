import { SHARD_COUNT } from "../../services/model/shards.ts";
import type { Model } from "./model.ts";

const MAX_WORKERS = 256;
const MAX_REPLICAS = 64;
/** Each worker has a lane to each owner, and each bundle a part for each. */
const MAX_LANES = 50_000;

/**
 * Throws RangeError naming the field of a model that nothing can be computed from, and its limits.
 */
export function checkModel(model: Model): void {
  const { engine, load, audience, processes, settings, stalls } = model;
  const { post, friend, fanout, timeline, timelinesPerMachine } = processes;
  whole("processes.post", post, 1, engine === "embedded" ? 1 : MAX_REPLICAS);
  whole("processes.friend", friend, 1, MAX_REPLICAS);
  whole("processes.fanout (workers)", fanout, 1, MAX_WORKERS);
  whole("processes.timeline (owners)", timeline, 1, SHARD_COUNT);
  whole("processes.timelinesPerMachine", timelinesPerMachine, 1, SHARD_COUNT);
  whole("workers times owners", fanout * timeline, 1, MAX_LANES);
  whole("settings.fanout.listsPerCall", settings.fanout.listsPerCall, 1, 1_000);
  whole("settings.relay.batchItems", settings.relay.batchItems, 1, 10_000);
  for (const [tier, specs] of Object.entries(stalls)) {
    for (const { everySeconds, slowdown } of specs) {
      within(`stalls.${tier}: everySeconds`, everySeconds, 0.01, 1e6);
      if (slowdown !== null) within(`stalls.${tier}: slowdown`, slowdown, 1, 1e6);
    }
  }
  if (!(load.postsADay > 0)) throw new RangeError("load.postsADay must be above 0");
  if (audience.authors.length === 0) throw new RangeError("audience.authors is empty");
  for (const { friends } of audience.authors) whole("friends of authors", friends, 1, 1e6);
}

export function within(what: string, value: number, min: number, max: number): void {
  if (value >= min && value <= max) return;
  throw new RangeError(`${what} is ${value}: it must be ${min} to ${max}`);
}

function whole(what: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new RangeError(`${what} is ${value}: it must be a whole number from ${min} to ${max}`);
}
