import type { Client } from "cassandra-driver";

const PREPARED = { prepare: true, isIdempotent: true } as const;
const TEXT = Buffer.from(
  "The quick brown fox jumps over the lazy dog, and finds that it was not so lazy. ",
);
const EVENT = Buffer.alloc(60, "e");
const AUTHORS = 2_000;
/** No process has it. */
const GENERATION = 1n;
const OUTBOX_BUCKET_MS = 8_000;
const OUTBOX = `INSERT INTO post_outbox (generation, bucket, position, queue, payload, change)
  VALUES (?, ?, ?, ?, ?, ?)`;
const POST = "INSERT INTO posts (post_id, author_id, message) VALUES (?, ?, ?)";
const INDEX = `INSERT INTO posts_by_author (author_id, bucket, post_id, created)
  VALUES (?, ?, ?, true)`;
const PAGE = "SELECT post_id, author_id, message, deleted FROM posts WHERE post_id IN ?";

/** A row of a post, below all posts of the service. */
export function insertPost(driver: Client, i: number, text = TEXT): Promise<unknown> {
  return driver.execute(POST, [BigInt(i + 1), BigInt(i), text], PREPARED);
}

/** The three rows that are durable before a post is answered, in their order, with nothing around them. */
export async function insertRowsOfPost(driver: Client, i: number): Promise<void> {
  const bucket = Math.floor(Date.now() / OUTBOX_BUCKET_MS);
  const event = [GENERATION, bucket, BigInt(i + 1), "posts", EVENT, TEXT];
  await driver.execute(OUTBOX, event, PREPARED);
  await Promise.all([
    insertPost(driver, i),
    driver.execute(INDEX, [BigInt(1 + (i % AUTHORS)), 0, BigInt(i + 1)], PREPARED),
  ]);
}

export function selectPosts(driver: Client, ids: readonly bigint[]): Promise<unknown> {
  return driver.execute(PAGE, [ids], PREPARED);
}
