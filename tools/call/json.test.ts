import type { FileRegistry } from "@bufbuild/protobuf";
import { beforeAll, describe, expect, test } from "vitest";
import { findMethod, findService, loadApi, UsageError } from "./api.ts";
import { parseMessage, printMessage } from "./json.ts";

let api: FileRegistry;
beforeAll(async () => {
  api = await loadApi();
});

const input = (service: string, method: string) =>
  findMethod(findService(api, service), method).input;

/** What the call tool would send, printed as it prints answers. */
function reprint(text: string, service = "timeline", method = "GetTimeline") {
  const type = input(service, method);
  return JSON.parse(printMessage(api, type, parseMessage(api, type, text)));
}

describe("a request", () => {
  test("may have names as in the proto or in camelCase, and ids as strings or plain", () => {
    const texts = [
      '{"viewer_id":"9223372036854775807"}',
      '{"viewerId":"9223372036854775807"}',
      '{"viewer_id":9223372036854775807}',
    ];
    for (const text of texts) expect(reprint(text).viewer_id).toBe("9223372036854775807");
    expect(reprint('{"viewer_id":7}').viewer_id).toBe("7");
  });

  test("is printed with names as in the proto, and defaults", () => {
    expect(reprint('{"viewerId":"7","order":"TIMELINE_ORDER_RANKED"}')).toEqual({
      viewer_id: "7",
      from_time_ms: "0",
      limit: 0,
      page_token: "",
      order: "TIMELINE_ORDER_RANKED",
    });
  });

  test("keeps every digit of the ids of a list", () => {
    const text = '{"post_ids":[9007199254740993,"9007199254740995"]}';
    const { post_ids } = reprint(text, "post", "BatchGetPosts");
    expect(post_ids).toEqual(["9007199254740993", "9007199254740995"]);
  });

  test.each([
    ["{", "not JSON"],
    ['{"viewr_id":"7"}', '"viewr_id"'],
    ['{"viewer_id":"seven"}', "viewer_id"],
    ['{"limit":3000000000}', "limit"],
    ["[]", "tidings.timeline.v1.GetTimelineRequest"],
  ])("%s is refused, with the reason", (text, reason) => {
    expect(() => reprint(text)).toThrow(UsageError);
    expect(() => reprint(text)).toThrow(reason);
  });
});
