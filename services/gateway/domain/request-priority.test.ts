import { expect, it } from "vitest";
import { requestPriority } from "./request-priority.ts";

it.each([
  ["/v1/timeline", {}, "page"],
  ["/v1/timeline", { page_token: "x" }, "scroll"],
  ["/v1/posts", undefined, "page"],
  ["/v1/timeline/stream", {}, "live"],
  ["/v1/timeline/unread", {}, "live"],
  [undefined, {}, "page"],
] as const)("%s with %j is asked for as %s", (route, query, priority) => {
  expect(requestPriority(route, query)).toBe(priority);
});
