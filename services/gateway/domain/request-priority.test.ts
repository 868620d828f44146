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

it.each([
  ["/v1/timeline", "fill", "fill"],
  ["/v1/timeline", "page", "page"],
  ["/v1/timeline/unread", "page", "live"],
  ["/v1/timeline/unread", "rebuild", "rebuild"],
] as const)(
  "of %s, whose caller says %s, it is %s: less, and never more",
  (route, said, priority) => {
    expect(requestPriority(route, {}, said)).toBe(priority);
  },
);
