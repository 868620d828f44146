import type { FileRegistry } from "@bufbuild/protobuf";
import { beforeAll, expect, test } from "vitest";
import { findMethod, findService, loadApi } from "./api.ts";
import { describe, listServices } from "./describe.ts";

let api: FileRegistry;
beforeAll(async () => {
  api = await loadApi();
});

test("services are found by short and by full name, methods in any case", () => {
  expect(findService(api, "post").typeName).toBe("tidings.post.v1.PostService");
  expect(findService(api, "tidings.post.v1.PostService")).toBe(findService(api, "post"));
  expect(findService(api, "health").typeName).toBe("grpc.health.v1.Health");
  expect(findMethod(findService(api, "post"), "createpost").name).toBe("CreatePost");
});

test("a name that is not there is answered with those that are", () => {
  expect(() => findService(api, "psot")).toThrow(/no service "psot"; there are .*post/);
  expect(() => findMethod(findService(api, "post"), "Create")).toThrow(/there are CreatePost/);
});

test("the list has every service and method", () => {
  const text = listServices(api);
  expect(text).toContain("timeline  (tidings.timeline.v1.TimelineService)\n  AppendEntries");
  expect(text).toContain("  RankEntries");
});

test("a service is described with its comments, and which methods stream", () => {
  const text = describe(api, "friend");
  expect(text).toContain("// The graph. Both directions of an edge");
  expect(text).toContain("  // Ends a friendship. Idempotent.\n  rpc RemoveFriend(");
  expect(text).toContain(
    "rpc ListFriends(ListFriendsRequest) returns (stream ListFriendsResponse)",
  );
  expect(describe(api, "event")).toContain("rpc Consume(stream ConsumeRequest) returns (stream");
});

test("a method is described with all it sends and answers, each type once", () => {
  const text = describe(api, "post", "BatchGetPosts");
  expect(text).toContain(
    "  // 1 to 200 ids. An id named twice is answered twice.\n  repeated int64 post_ids = 1",
  );
  expect(text).toContain("enum tidings.post.v1.PostStatus {");
  expect(text).toContain("  PostStatus status = 2");
  expect(text.split("message tidings.post.v1.Post {")).toHaveLength(2);
  expect(describe(api, "event", "Consume")).toContain("Subscribe subscribe = 1  (one of step)");
});

test("a message is described by its full name, also a nested one and one with a map", () => {
  expect(describe(api, "google.rpc.ErrorInfo")).toContain("map<string, string> metadata = 3");
  const nested = describe(api, "google.rpc.BadRequest.FieldViolation");
  expect(nested).toContain("string description = 2");
});
