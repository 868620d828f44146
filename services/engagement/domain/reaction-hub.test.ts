import { expect, it } from "vitest";
import { trustedPostId } from "../../model/ids.ts";
import { ReactionHub } from "./reaction-hub.ts";

const post = (id: number) => trustedPostId(BigInt(id));

it("tells each stream of the posts that it follows, each once", () => {
  const hub = new ReactionHub();
  let told = 0;
  const watch = hub.watch(() => told++);
  const other = hub.watch(() => {});
  watch.follow([post(1), post(2)]);
  other.follow([post(2)]);
  expect(watch.take()).toEqual([1n, 2n]);
  other.take();
  hub.changed(post(1));
  hub.changed(post(1));
  hub.changed(post(3));
  expect(watch.take()).toEqual([1n]);
  expect(other.take()).toEqual([]);
  expect(told).toBe(4);
  watch.close();
  hub.changed(post(1));
  expect(watch.take()).toEqual([]);
});

it("follows a thousand posts, and lets go of the first named", () => {
  const hub = new ReactionHub();
  const watch = hub.watch(() => {});
  watch.follow(Array.from({ length: 1_001 }, (_, i) => post(i + 1)));
  watch.take();
  hub.changed(post(1));
  hub.changed(post(2));
  expect(watch.take()).toEqual([2n]);
});
