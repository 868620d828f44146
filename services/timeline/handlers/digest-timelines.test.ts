import { expect, it } from "vitest";
import { DigestTimelinesRequest } from "#gen/timeline/v1/timeline.ts";
import { digestTimelines } from "./digest-timelines.ts";

/** Nothing is looked at before the request is known to be right. */
const digest = digestTimelines({} as Parameters<typeof digestTimelines>[0]);

it.each(["sincePostId", "untilPostId"] as const)(
  "refuses a %s that is no post's",
  async (field) => {
    const right = { viewerIds: [7n], viewersPerDigest: 1 };
    const request = DigestTimelinesRequest.fromPartial({ ...right, [field]: -1n });
    await expect(digest(request)).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      violations: [expect.objectContaining({ field: field.replace("PostId", "_post_id") })],
    });
  },
);
