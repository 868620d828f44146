import type { UserId } from "../../../../model/ids.ts";
import { compareAndSet, ofRow } from "../../../../platform/storage/cql/cas.ts";
import type { Cql } from "../../../../platform/storage/cql/session.ts";
import { type CqlPartRows, partsIn } from "./cql-part-rows.ts";

const COUNT =
  "SELECT SUM(present) AS friends, COUNT(present) AS held FROM friend_edges WHERE user = ?";
const COUNT_MORE = `SELECT SUM(present) AS friends, COUNT(present) AS held
  FROM friend_edge_parts WHERE user = ? AND part = ?`;
const READ_PARTS = "SELECT parts, earlier FROM friend_edges WHERE user = ? LIMIT 1";
const OPEN_PART = "UPDATE friend_edges SET parts = ?, earlier = ? WHERE user = ? IF parts = ?";

/** Keeps a partition under 100,000 rows: writers that see it full at one time, and rows of removals, come on top. */
export const PART_ROWS = 50_000;

interface Counted {
  readonly friends: number;
  readonly rows: number;
}

/** Counts friends, and opens a person's next part when the last one is full. */
export class FriendCounts {
  readonly #cql: Cql;
  readonly #parts: CqlPartRows;
  readonly #partRows: number;

  /** `partRows`: fewer in tests only. */
  constructor(cql: Cql, parts: CqlPartRows, partRows = PART_ROWS) {
    this.#cql = cql;
    this.#parts = parts;
    this.#partRows = partRows;
  }

  /** Friends in two parts, which a race may leave, count twice until one of the two unfriends. */
  async of(user: UserId): Promise<number> {
    const parts = await this.#parts.partsOf(user);
    const counts = await this.#countAll(user, parts);
    return counts.reduce((sum, { friends }) => sum + friends, 0);
  }

  /**
   * Before one more: of earlier parts what they had when the last was opened, but exact when that would
   * reach the limit, for some may have gone. It opens the next part when the last one is full.
   */
  async beforeOneMore(user: UserId, limit: number): Promise<number> {
    const [row] = await this.#cql.run(READ_PARTS, [user]);
    const parts = partsIn(row);
    const last = await this.#count(user, parts - 1);
    const friends = Number(row?.earlier ?? 0n) + last.friends;
    if (last.rows >= this.#partRows) await this.#open(user, parts, friends);
    return friends < limit ? friends : this.of(user);
  }

  #countAll(user: UserId, parts: number): Promise<readonly Counted[]> {
    return Promise.all(Array.from({ length: parts }, (_, part) => this.#count(user, part)));
  }

  async #count(user: UserId, part: number): Promise<Counted> {
    const [row] =
      part === 0
        ? await this.#cql.run(COUNT, [user])
        : await this.#cql.run(COUNT_MORE, [user, part]);
    return { friends: Number(row?.friends ?? 0), rows: Number(row?.held ?? 0) };
  }

  /** Another may be faster: then it is open as well. */
  async #open(user: UserId, parts: number, friends: number): Promise<void> {
    const seen = parts === 1 ? null : parts;
    await compareAndSet(this.#cql, {
      statement: { query: OPEN_PART, values: [parts + 1, BigInt(friends), user, seen] },
      readBack: { query: READ_PARTS, values: [user] },
      judge: ofRow(
        (found) => found?.parts === parts + 1,
        (found) => (found?.parts ?? null) === seen,
      ),
    });
  }
}
