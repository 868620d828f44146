import { LRUCache } from "lru-cache";
import type { UserId } from "../../../model/ids.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import type { Cql } from "../../../platform/storage/cql/session.ts";
import { authorKey, ERASED_LIFE_MS } from "../../domain/author-key.ts";
import type { AuthorState, AuthorStates } from "../../ports.ts";

const READ = "SELECT author_key FROM author_states WHERE author_key IN ?";
const WRITE = "INSERT INTO author_states (author_key, erased) VALUES (?, ?) USING TTL ?";
const REMOVE = "DELETE FROM author_states WHERE author_key = ?";
const KEYS_PER_READ = 50;
const MAX_KNOWN = 100_000;
const NO_TTL = 0;
/** How long a replica keeps to what it read; a change answers after twice that, as a read may be slow. */
const KNOWN_MS = 1_000;

/** Hidden and erased authors as rows, a key a row, so that a read of posts can ask for its authors. */
export class CqlAuthorStates implements AuthorStates {
  readonly hidesAny = true;
  readonly #cql: Cql;
  readonly #clock: Clock;
  readonly #known: LRUCache<UserId, boolean>;

  constructor(cql: Cql, clock: Clock) {
    this.#cql = cql;
    this.#clock = clock;
    this.#known = new LRUCache({
      max: MAX_KNOWN,
      ttl: KNOWN_MS,
      perf: { now: () => clock.monotonicMs() },
    });
  }

  async goneAmong(authors: readonly UserId[]): Promise<ReadonlySet<UserId>> {
    const unknown = authors.filter((author) => this.#known.get(author) === undefined);
    for (let i = 0; i < unknown.length; i += KEYS_PER_READ) {
      await this.#learn(unknown.slice(i, i + KEYS_PER_READ));
    }
    return new Set(authors.filter((author) => this.#known.get(author)));
  }

  async set(author: UserId, state: AuthorState): Promise<void> {
    const key = authorKey(author).toString("hex");
    if (state === "visible") await this.#cql.run(REMOVE, [key]);
    else {
      const ttl = state === "erased" ? ERASED_LIFE_MS / 1_000 : NO_TTL;
      await this.#cql.run(WRITE, [key, state === "erased", ttl]);
    }
    this.#known.delete(author);
    await this.#clock.delay(2 * KNOWN_MS);
  }

  async #learn(authors: readonly UserId[]): Promise<void> {
    const keys = authors.map((author) => authorKey(author).toString("hex"));
    const rows = await this.#cql.run(READ, [keys]);
    const gone = new Set(rows.map((row) => row.author_key));
    for (const [i, author] of authors.entries()) this.#known.set(author, gone.has(keys[i]));
  }
}
