import type { Id, ItemStore } from "../../../erasure/ports.ts";
import { declaredStore } from "../../../erasure/schema/declared-store.ts";
import type { UserId } from "../../model/ids.ts";
import type { Holdings } from "../ports.ts";
import { MESH_SCHEMA } from "./schema.ts";

/** Posts and friends by their ids alone: one store is about one person. */
const bigints = (ids: readonly Id[]) => ids.map(BigInt);

export interface MeshStoreOptions {
  /** Says to all services that the person is erased; whoever only looks needs none. */
  readonly sayErased?: () => Promise<void>;
  /** Unasked by whoever looks for what is there again: a token that is still good may open an empty one. */
  readonly timeline?: "asked" | "unasked";
}

/** What the services hold of one person, as a store that the erasure library can walk. */
export function meshStore(
  user: UserId,
  { posts, friends, timelines, reactions, orders, revenues }: Holdings,
  { sayErased = onlyLooking, timeline = "asked" }: MeshStoreOptions = {},
): ItemStore {
  // One that is opened again while this goes on has nothing in it, and would keep the scans from an end.
  let isDealtWith = timeline === "unasked";
  const isThere = async () => (!isDealtWith && (await timelines.isActive(user)) ? [user] : []);
  return declaredStore(MESH_SCHEMA, {
    users: {
      delete: async () => {
        // Friends of theirs may be in its memory, though no timeline is.
        if (!isDealtWith) await timelines.deactivate(user);
        await sayErased();
      },
      edges: {},
    },
    posts: {
      delete: (ids) => posts.erase(user, bigints(ids)),
      edges: { author: { find: () => posts.list(user) } },
    },
    friendships: {
      delete: (ids) => friends.remove(user, bigints(ids)),
      edges: { either: { find: () => friends.list(user) } },
    },
    relations: {
      delete: (ids) => friends.forget(user, bigints(ids)),
      edges: { either: { find: () => friends.related(user) } },
    },
    timelines: {
      delete: async () => {
        await timelines.deactivate(user);
        isDealtWith = true;
      },
      edges: { viewer: { find: isThere } },
    },
    likes: {
      delete: (ids) => reactions.erase(ids.map(String)),
      edges: {
        person: { find: () => reactions.by(user, "likes") },
        post: { find: (ids) => reactions.on(bigints(ids), "likes") },
      },
    },
    comments: {
      delete: (ids) => reactions.erase(ids.map(String)),
      edges: {
        author: { find: () => reactions.by(user, "comments") },
        post: { find: (ids) => reactions.on(bigints(ids), "comments") },
      },
    },
    orders: {
      edges: {
        buyer: {
          find: () => orders.list(user),
          anonymise: (ids) => orders.anonymise(user, bigints(ids)),
        },
      },
    },
    revenues: {
      edges: {
        person: { find: () => revenues.of(user), anonymise: () => revenues.anonymise(user) },
      },
    },
  });
}

const onlyLooking = () => Promise.reject(new Error("nothing is deleted here"));
