import { makePostId, type UserId } from "../../../../model/ids.ts";
import { unavailable } from "../../../../platform/grpc/errors/errors.ts";
import { listings, RELATIONS, turned } from "../../../domain/standing.ts";
import { type EdgeKey, type EdgeState, reversed } from "../edge-rows.ts";
import type { Pair, PairRow } from "../pair.ts";
import type { PairRows } from "../pair-changes.ts";

/** Stops a task until the schedule lets it go on; for ever, when its process has died. */
export type Gate = () => Promise<void>;

/** What a database has of two people: the same for all processes. */
export class ModelDatabase {
  readonly edges = new Map<string, EdgeState>();
  readonly lists = new Map<string, { isOpen: boolean; version: bigint }>();
  pair: PairRow | undefined;
  /** Of changes that nobody has finished. */
  readonly unfinished = new Set<Uint8Array>();
  nowMs = Date.UTC(2026, 10, 28);
  #sequence = 0;

  /** An id of a process whose clock is so far ahead. */
  id(node: number, aheadMs: number) {
    this.#sequence = (this.#sequence + 1) % 4_096;
    return makePostId(this.nowMs + aheadMs, node, this.#sequence);
  }

  isFriend({ user, friend }: EdgeKey): boolean {
    return this.edges.get(`${user} ${friend}`)?.isPresent === true;
  }

  isListed(user: UserId, relation: string, other: UserId): boolean {
    return this.lists.get(`${user} ${relation} ${other}`)?.isOpen === true;
  }

  /** As the store settles it: the highest version stays, and of two the same what expires. */
  writeEdge({ user, friend }: EdgeKey, state: EdgeState): void {
    const known = this.edges.get(`${user} ${friend}`);
    const isOlder =
      known &&
      (known.version > state.version || (known.version === state.version && state.isPresent));
    if (!isOlder) this.edges.set(`${user} ${friend}`, state);
  }

  writeList(key: string, isOpen: boolean, version: bigint): void {
    const known = this.lists.get(key);
    if (!known || known.version < version) this.lists.set(key, { isOpen, version });
  }
}

/** The rows as one process reaches them: each read and write is a step of its own, and may be the last. */
export class ModelRows implements PairRows {
  readonly #database: ModelDatabase;
  readonly #gate: Gate;
  readonly #random: () => number;

  constructor(database: ModelDatabase, gate: Gate, random: () => number) {
    this.#database = database;
    this.#gate = gate;
    this.#random = random;
  }

  async readEdges({ low, high }: Pair): Promise<readonly EdgeState[]> {
    const ends = [`${low} ${high}`, `${high} ${low}`];
    return Promise.all(
      ends.map(async (end) => {
        await this.#gate();
        return this.#database.edges.get(end) ?? { isPresent: false, version: 0n };
      }),
    );
  }

  async writeEdges(key: EdgeKey, state: EdgeState): Promise<void> {
    await Promise.all(
      [key, reversed(key)].map(async (end) => {
        await this.#gate();
        this.#database.writeEdge(end, state);
      }),
    );
    await this.#gate();
  }

  async readPair(): Promise<PairRow | undefined> {
    await this.#gate();
    return this.#database.pair;
  }

  readPairSerially(): Promise<PairRow | undefined> {
    return this.readPair();
  }

  async casPair(_: Pair, seenVersion: bigint, row: PairRow): Promise<boolean> {
    await this.#gate();
    if (this.#random() < 0.03) throw unavailable("never arrived");
    const isAsSeen = (this.#database.pair?.version ?? 0n) === seenVersion;
    if (isAsSeen) this.#database.pair = row;
    await this.#gate();
    if (this.#random() < 0.03) throw unavailable("no answer");
    return isAsSeen;
  }

  async writeLists({ low, high }: Pair, row: PairRow): Promise<void> {
    const standing = { areFriends: false, mine: row.low, theirs: row.high };
    const ends = [
      [low, high, listings(standing)],
      [high, low, listings(turned(standing))],
    ] as const;
    for (const [user, other, lists] of ends) {
      await this.#gate();
      for (const relation of RELATIONS) {
        const key = `${user} ${relation} ${other}`;
        this.#database.writeList(key, lists[relation] > 0, row.version);
      }
    }
    await this.#gate();
  }

  async count(): Promise<number> {
    await this.#gate();
    return 0;
  }
}
