import { anonymise, declareSchema, deep, root, table } from "../../../erasure/schema/declare.ts";

/**
 * What hangs on a person, by logical table: rows that one service keeps in several physical tables are one.
 * `domain/tables.ts` says of every physical table which of these it belongs to.
 */
export const MESH_SCHEMA = declareSchema({
  users: root(),
  posts: table({ author: deep("users") }),
  friendships: table({ either: deep("users") }),
  relations: table({ either: deep("users") }),
  timelines: table({ viewer: deep("users") }),
  likes: table({ person: deep("users"), post: deep("posts") }),
  comments: table({ author: deep("users"), post: deep("posts") }),
  orders: table({ buyer: anonymise("users") }),
  revenues: table({ person: anonymise("users") }),
});

export type MeshTable = keyof typeof MESH_SCHEMA;
