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
  /**
   * Whether there is a timeline can only be learned by deactivating it, so it counts as there until then, unless it
   * is not asked about.
   */
  readonly timeline?: "assumed" | "unasked";
}

/** What the services hold of one person, as a store that the erasure library can walk. */
export function meshStore(
  user: UserId,
  { posts, friends, timelines, reactions, orders, revenues }: Holdings,
  { sayErased = onlyLooking, timeline = "assumed" }: MeshStoreOptions = {},
): ItemStore {
  let deactivated = timeline === "unasked";
  return declaredStore(MESH_SCHEMA, {
    users: {
      delete: sayErased,
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
        deactivated = true;
      },
      edges: { viewer: { find: async () => (deactivated ? [] : [user]) } },
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
