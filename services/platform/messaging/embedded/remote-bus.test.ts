import { describe, expect, it } from "vitest";
import { PublishRequest } from "#gen/event/v1/event.ts";
import { MAX_MESSAGE_BYTES, MAX_PUBLISH_PAYLOADS } from "../../../model/limits.ts";
import { publishRequests } from "./remote-bus.ts";

describe("publishRequests", () => {
  it("keeps every request within the limits of the RPC, and leaves nothing out", () => {
    const payloads = Array.from({ length: 2_500 }, (_, i) => Buffer.alloc(i % 600, i));
    const requests = publishRequests(payloads);
    expect(requests.flat()).toEqual(payloads);
    for (const request of requests) {
      expect(request.length).toBeLessThanOrEqual(MAX_PUBLISH_PAYLOADS);
      const bytes = PublishRequest.encode({ queue: "dead-letters", payloads: request }).finish();
      expect(bytes.length).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
    }
  });

  it("makes no request of nothing", () => {
    expect(publishRequests([])).toEqual([]);
  });
});
