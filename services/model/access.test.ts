import { readFileSync } from "node:fs";
import { createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { expect, it } from "vitest";
import { ACCESS, accessTo, standingOf } from "./access.ts";

const descriptors = readFileSync(new URL("../../gen/descriptors.binpb", import.meta.url));
const api = createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptors));
const methods = [...api].flatMap((type) => (type.kind === "service" ? type.methods : []));
const served = methods.map(({ parent, name }) => `/${parent.typeName}/${name}`);
/** Served by a library that brings its own descriptors. */
const REFLECTION = /^\/grpc\.reflection\./;

const table = Object.entries(ACCESS).flatMap(([service, rpcs]) =>
  Object.keys(rpcs).map((rpc) => `/${service}/${rpc}`),
);

it("has a row for every RPC that is served, and for no other", () => {
  expect(table.filter((path) => !REFLECTION.test(path)).sort()).toEqual(served.sort());
});

it.each(table)("%s: the field that names the user is one of its request", (path) => {
  const access = accessTo(path);
  const field = access?.userField;
  if (field === undefined) return;
  const method = methods.find(({ parent, name }) => `/${parent.typeName}/${name}` === path);
  expect(method?.input.fields.map(({ name }) => name)).toContain(field);
  expect(access?.forUser).toEqual(["gateway"]);
});

it.each(["", "/", "/x/y", "/__proto__/toString", "/tidings.post.v1.PostService/constructor"])(
  "refuses everybody what it does not know: %s",
  (path) => {
    expect(standingOf("operator", accessTo(path))).toBe("refused");
  },
);

it.each<readonly [string, string, string]>([
  ["gateway", "/tidings.post.v1.PostService/CreatePost", "for a user"],
  ["gateway", "/tidings.post.v1.PostService/ErasePosts", "refused"],
  ["gateway", "/tidings.event.v1.EventService/Publish", "refused"],
  ["gateway", "/tidings.timeline.v1.TimelineService/AppendEntries", "refused"],
  ["fanout", "/tidings.timeline.v1.TimelineService/AppendEntries", "by itself"],
  ["fanout", "/tidings.post.v1.PostService/CreatePost", "refused"],
  ["fanout", "/tidings.timeline.v1.TimelineService/GetTimeline", "refused"],
  ["ranking", "/tidings.friend.v1.FriendService/ListFriends", "refused"],
  ["engagement", "/tidings.timeline.v1.TimelineService/GetTimeline", "refused"],
  ["prometheus", "/grpc.health.v1.Health/Check", "by itself"],
  ["prometheus", "/tidings.timeline.v1.TimelineService/GetShardMap", "refused"],
  ["envoy", "/envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit", "by itself"],
  ["operator", "/tidings.erasure.v1.ErasureService/EraseUser", "by itself"],
  ["stranger", "/grpc.health.v1.Health/Check", "refused"],
])("%s calls %s: %s", (caller, path, standing) => {
  expect(standingOf(caller, accessTo(path))).toBe(standing);
});
