import { Event } from "#gen/event/v1/event.ts";
import { MAX_FRIENDS_PER_CHUNK } from "../../model/limits.ts";
import type { EventBus } from "../../platform/messaging/bus.ts";
import { cutIntoRanges, type FriendRange } from "../domain/friend-ranges.ts";
import type { Friends, PostToDeliver } from "../ports.ts";
import type { AppendStage } from "./append.ts";
import type { LaneDeps } from "./friends.ts";
import { Lane } from "./lane.ts";
import { eventOf } from "./post-event.ts";

/** Long lists read at one time, so that popular authors leave most of the worker to the rest. */
const LONG_LISTS_IN_HAND = 2;

/** Cuts a long fan-out into chunk messages; resolves when the bus has confirmed them all. */
export type CutStage = Lane<PostToDeliver, void>;

export function createCutStage(
  friends: Pick<Friends, "range">,
  bus: Pick<EventBus, "publish">,
  deps: LaneDeps,
): CutStage {
  return new Lane<PostToDeliver, void>({
    ...deps,
    target: "long friend lists, and the queue of chunks",
    maxItems: 1,
    maxCallsInFlight: LONG_LISTS_IN_HAND,
    send: async ([post]) => {
      const list = friends.range(post.authorId, 0n, 0n);
      const ranges = await cutIntoRanges(list, MAX_FRIENDS_PER_CHUNK);
      await bus.publish(
        "chunks",
        ranges.map((range) => encodeChunk(post, range)),
      );
      return [undefined];
    },
  });
}

/** Cut again, a list gives other chunks. */
const NO_ID = Buffer.alloc(0);

function encodeChunk(post: PostToDeliver, range: FriendRange): Uint8Array {
  const { requestId, traceparent: traceParent } = post;
  const value = {
    post: eventOf(post),
    fromFriendId: range.from,
    beforeFriendId: range.before,
  };
  const event = { $case: "chunk", value } as const;
  return Event.encode({ event, requestId, messageId: NO_ID, traceParent }).finish();
}

export interface Chunk {
  readonly post: PostToDeliver;
  readonly range: FriendRange;
  /** Until when its appends may wait, monotonic ms. */
  readonly untilMs: number;
}

/** Reads the friends in a chunk's range, as they are now, and appends the post to their timelines. */
export type ChunkStage = Lane<Chunk, void>;

export function createChunkStage(
  friends: Pick<Friends, "range">,
  append: Pick<AppendStage, "append">,
  deps: LaneDeps,
): ChunkStage {
  return new Lane<Chunk, void>({
    ...deps,
    target: "friends in a chunk's range",
    maxItems: 1,
    maxCallsInFlight: LONG_LISTS_IN_HAND,
    send: async ([{ post, range, untilMs }]) => {
      const batches = friends.range(post.authorId, range.from, range.before);
      for await (const viewers of batches) await append.append(post, viewers, untilMs);
      return [undefined];
    },
  });
}
