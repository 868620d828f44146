/** What a service keeps in its folder below TIDINGS_DATA_DIR, and how that is copied while it serves. */
export interface Part {
  readonly name: string;
  readonly kind: "lmdb" | "files";
  /** It is in the data folder with whatever engines, and in their backups. */
  readonly isOfAllEngines?: boolean;
}

/**
 * In the order in which they are copied. Whoever publishes comes before its subscribers: a message that is
 * no more in a queue has then been dealt with in the later copy, and one that still is there comes twice,
 * which is nothing new. Erasures come last, for what they say must be true of everything else is done again
 * (see services/erasure/domain/again.ts).
 */
export const PARTS: readonly Part[] = [
  { name: "post", kind: "lmdb" },
  { name: "friend", kind: "lmdb" },
  { name: "engagement", kind: "lmdb" },
  { name: "growth", kind: "files" },
  { name: "growth-people", kind: "lmdb" },
  { name: "bookstore", kind: "files" },
  { name: "bookstore-people", kind: "lmdb" },
  { name: "ratelimit", kind: "lmdb" },
  { name: "keys", kind: "files", isOfAllEngines: true },
  { name: "certs", kind: "files", isOfAllEngines: true },
  { name: "erasure", kind: "lmdb" },
];

/** What is in no backup, and why. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  timeline:
    "a cache of posts and friendships: a copy of another moment than theirs would be in doubt, and " +
    "what is in doubt is filled again, at each viewer's first read",
  ranking: "keeps nothing",
  fanout: "keeps nothing",
  gateway: "keeps nothing but its key, which is in keys",
  console:
    "the token that opens it: whoever finds a backup shall not find a way into what runs, and a new one " +
    "costs a look into its file; a restore says so",
  logs: "no state",
  test: "no state",
  "import-graph": "where an import stands that can begin again",
  load: "worlds of the load toolkit, which are made from a seed",
  "compile-cache": "made again",
};
