import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { WatchTimelineResponse } from "#gen/timeline/v1/timeline.ts";
import { SHARD_COUNT } from "../../model/shards.ts";
import { NOT_OWNER, unavailable } from "../../platform/grpc/errors/errors.ts";
import { PATIENT } from "../../platform/grpc/testing/patient.ts";
import { type FakeServices, startFakeServices } from "../testing/fake-services.ts";
import { connectTimelines } from "./sharded-timelines.ts";

const request = { viewerId: 1n, limit: 1, resumeCursor: "" };
const FIRST: WatchTimelineResponse = { entries: [], degraded: [] };

let former: FakeServices;
let owner: FakeServices;
let timelines: ReturnType<typeof connectTimelines>;

beforeEach(async () => {
  [former, owner] = await Promise.all([startFakeServices(), startFakeServices()]);
  timelines = connectTimelines([former.addresses.timeline], PATIENT);
  const shards = Array.from({ length: SHARD_COUNT }, (_, shard) => shard);
  const notOwner = () =>
    unavailable("not the owner", {
      reason: NOT_OWNER,
      metadata: { owner: owner.addresses.timeline },
    });
  former.scripts.timeline.getShardMap = async () => ({
    owners: [
      { address: former.addresses.timeline, shards },
      { address: owner.addresses.timeline, shards: [] },
    ],
    version: 1n,
  });
  former.scripts.timeline.getTimeline = async () => {
    throw notOwner();
  };
  // biome-ignore lint/correctness/useYield: it fails before its first message
  former.scripts.timeline.watchTimeline = async function* () {
    throw notOwner();
  };
});

afterEach(async () => {
  timelines[Symbol.dispose]();
  await Promise.all([former[Symbol.asyncDispose](), owner[Symbol.asyncDispose]()]);
});

/** Sends one message, and then nothing until the caller goes. */
function stayOpen(services: FakeServices): void {
  services.scripts.timeline.watchTimeline = async function* (_request, call) {
    yield FIRST;
    await new Promise((resolve) => call.signal.addEventListener("abort", resolve));
  };
}

describe("connectTimelines", () => {
  it("asks any process when the owner is gone, and tells of the owner when nobody else answers", async () => {
    const page = { entries: [], nextPageToken: "from anyone", degraded: [] };
    const query = { viewerId: 1n, limit: 1, pageToken: "", fromTimeMs: 0n, order: 1 } as const;
    former.scripts.timeline.getShardMap = async () => ({
      owners: [
        { address: "127.0.0.1:1", shards: Array.from({ length: SHARD_COUNT }, (_, i) => i) },
      ],
      version: 2n,
    });
    await expect(timelines.getTimeline(query)).rejects.not.toMatchObject({ reason: NOT_OWNER });
    former.scripts.timeline.getTimeline = async () => page;
    expect((await timelines.getTimeline(query)).nextPageToken).toBe("from anyone");
  });

  it("follows a shard to its new owner", async () => {
    owner.scripts.timeline.getTimeline = async () => ({
      entries: [],
      nextPageToken: "from the owner",
      degraded: [],
    });
    const page = await timelines.getTimeline({
      viewerId: 1n,
      limit: 1,
      pageToken: "",
      fromTimeMs: 0n,
      order: 1,
    });
    expect(page.nextPageToken).toBe("from the owner");
  });

  it("waits for the next owner of a shard that is nobody's for a moment", async () => {
    const page = { entries: [], nextPageToken: "from the next owner", degraded: [] };
    owner.scripts.timeline.getTimeline = async () => page;
    const shards = Array.from({ length: SHARD_COUNT }, (_, shard) => shard);
    let looks = 0;
    former.scripts.timeline.getShardMap = async () => {
      const address = ["127.0.0.1:1", "127.0.0.1:1", "", owner.addresses.timeline][looks] ?? "";
      looks = Math.min(looks + 1, 3);
      return { owners: address ? [{ address, shards }] : [], version: BigInt(looks) };
    };
    const query = { viewerId: 1n, limit: 1, pageToken: "", fromTimeMs: 0n, order: 1 } as const;
    expect(await timelines.getTimeline(query)).toEqual(page);
  });

  it("follows it for streams, too", async () => {
    stayOpen(owner);
    const stream = timelines.watchTimeline(request)[Symbol.asyncIterator]();
    expect(await stream.next()).toEqual({ value: FIRST, done: false });
    await stream.return?.();
  });

  it("keeps more streams open than one connection takes, beside short calls", async () => {
    stayOpen(former);
    former.scripts.timeline.getTimeline = async () => ({
      entries: [],
      nextPageToken: "",
      degraded: [],
    });
    const streams = Array.from({ length: 210 }, () =>
      timelines.watchTimeline(request)[Symbol.asyncIterator](),
    );
    const firsts = await Promise.all(streams.map((stream) => stream.next()));
    expect(firsts.every(({ done }) => done === false)).toBe(true);
    const page = { viewerId: 1n, limit: 1, pageToken: "", fromTimeMs: 0n, order: 1 as const };
    await expect(timelines.getTimeline(page)).resolves.toMatchObject({ entries: [] });
    await Promise.all(streams.map((stream) => stream.return?.()));
  });
});
