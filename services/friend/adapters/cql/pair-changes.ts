import { type PostId, postTimeMs, type UserId } from "../../../model/ids.ts";
import { unavailable } from "../../../platform/grpc/errors/errors.ts";
import type { CqlOutbox } from "../../../platform/messaging/outbox/cql-outbox.ts";
import type { IdSource } from "../../../platform/storage/ids/id-source.ts";
import { type Growth, growths, type ListLimits } from "../../domain/bounds.ts";
import { isOpen, type Standing, standingAfter } from "../../domain/standing.ts";
import type { ActOutcome, EdgeChange, EdgeOutcome, PersonalAct } from "../../ports.ts";
import { edgeOutcome, ofService } from "../service-acts.ts";
import { decodeChange, encodeChange } from "./edge-change.ts";
import type { EdgeKey, EdgeState } from "./edge-rows.ts";
import { edgeVersion } from "./edge-version.ts";
import {
  asSeenBy,
  decodePair,
  encodePair,
  NO_PAIR,
  newestEdge,
  type Pair,
  type PairRow,
  pairOf,
  standingOf,
} from "./pair.ts";

/** The rows that changes read and write. Every write but `casPair` is idempotent and versioned. */
export interface PairRows {
  /** Both directions. */
  readEdges(pair: Pair): Promise<readonly EdgeState[]>;
  writeEdges(key: EdgeKey, state: EdgeState): Promise<void>;
  readPair(pair: Pair): Promise<PairRow | undefined>;
  /** After whatever is in flight on it. */
  readPairSerially(pair: Pair): Promise<PairRow | undefined>;
  /** False: it is not at this version any more. UNAVAILABLE: perhaps. */
  casPair(pair: Pair, seenVersion: bigint, row: PairRow): Promise<boolean>;
  /** The lists of both people: those that differ from `before`, or all. */
  writeLists(pair: Pair, row: PairRow, before?: PairRow): Promise<void>;
  /** Before it grows by one: exact near the limit, else at most what there is. */
  count(growth: Growth, limit: number): Promise<number>;
}

export interface PairChangesDeps {
  readonly rows: PairRows;
  readonly outbox: Pick<CqlOutbox, "write">;
  readonly ids: Pick<IdSource, "next">;
  readonly limits: ListLimits;
}

const MAX_ATTEMPTS = 10;
/** No event: the outbox keeps the change alone, to be completed. */
const NO_EVENT = new Uint8Array(0);
/**
 * A block ends the edge at a version so far ahead: a service's AddFriend that did not see the block made
 * its version before the block was decided, so that is lower, with clocks within a second, unless the
 * decision took longer than LATE_MS: then it is taken again. Later changes rise above what they see.
 */
const BLOCK_LEAD_US = 60_000_000n;
const LATE_MS = 50_000;
/** What was decided so lately may not be in all rows yet. */
const YOUNG_MS = 60_000;

/**
 * Changes of what is between two people, by any number of processes. An act is decided by a conditional
 * write of the pair's row, and what follows from it (edge, lists) is written at versions that rise with
 * these decisions, so that order and repetition do not matter. The outbox has the pair before the decision:
 * should this process end in between, whoever takes over writes what follows from the row as it then is.
 * Changes by services write the edge alone, unless something is open between the two.
 */
export class PairChanges {
  readonly #deps: PairChangesDeps;

  constructor(deps: PairChangesDeps) {
    this.#deps = deps;
  }

  async act(act: PersonalAct): Promise<ActOutcome> {
    let wasLate = false;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const outcome = await this.#attempt(act, wasLate);
      if (outcome === "late") wasLate = true;
      else if (outcome !== "raced") return outcome;
    }
    throw unavailable(`what is between ${act.user} and ${act.other} changes all the time`);
  }

  /**
   * A service's change. Its id is taken before anything is read: a process that pauses in between must not
   * come back with a version above that of a block which it did not see.
   */
  async service(change: EdgeChange, act: "befriend" | "unfriend"): Promise<EdgeOutcome> {
    const { rows, ids } = this.#deps;
    const { user, friend } = change;
    const pair = pairOf(user, friend);
    const isPresent = act === "befriend";
    const id = ids.next();
    const edges = await rows.readEdges(pair);
    if (edges.every((edge) => edge.isPresent === isPresent)) return { kind: "unchanged" };
    // After the edges: who saw what a block did to them sees the block, too.
    const row = (await rows.readPair(pair)) ?? NO_PAIR;
    if (isPresent && isOpen({ mine: row.low, theirs: row.high })) {
      return edgeOutcome(await this.act(ofService(change, act)));
    }
    const full = isPresent ? await this.#firstFull(friendGrowths(user, friend)) : undefined;
    if (full) return { kind: "full", user: full.user };
    const version = edgeVersion(
      id,
      [row.edge, ...edges].map((edge) => edge.version),
    );
    await this.#writeEdge(change, { isPresent, version });
    return { kind: "changed" };
  }

  /** An event that no change goes with. */
  async tell(event: Uint8Array): Promise<void> {
    const ticket = await this.#deps.outbox.write({ queue: "people", payload: event });
    ticket.done();
  }

  /** The outbox first, with the whole change: should this process end, whoever takes over writes it. */
  async #writeEdge({ user, friend, event }: EdgeChange, state: EdgeState): Promise<void> {
    const { rows, outbox } = this.#deps;
    const key = { user, friend };
    const ticket = await outbox.write({
      queue: "edges",
      payload: event,
      change: encodeChange({ key, state }),
    });
    try {
      await rows.writeEdges(key, state);
      ticket.done();
    } catch (error) {
      ticket.failed();
      throw error;
    }
  }

  /**
   * "raced": somebody else decided meanwhile; look again. "late": a block was decided so long after its
   * version was made that an edge may have a newer one: decide it again.
   */
  async #attempt(act: PersonalAct, isAgain: boolean): Promise<ActOutcome | "raced" | "late"> {
    const { rows, outbox, ids } = this.#deps;
    const pair = pairOf(act.user, act.other);
    const id = ids.next();
    const [found, edges] = await Promise.all([rows.readPair(pair), rows.readEdges(pair)]);
    const row = found ?? NO_PAIR;
    const before = asSeenBy(act.user, pair, standingOf(row, edges));
    const then = standingAfter(before, act.act, act.nowMs);
    if (then === undefined) return { kind: "blocked" };
    const { areFriends } = then;
    if (then === before && !isAgain) {
      const isYoung = msBetween(row.act, id) < YOUNG_MS;
      const isBehind = edges.some(({ version }) => version < row.edge.version);
      if (isYoung || isBehind) await follow(rows, pair, row);
      return { kind: "done", changed: false, areFriends };
    }
    const full = await this.#firstFull(growths(act, before, then));
    if (full) return { kind: "full", ...full };
    const next = decided({ act, pair, id, row, edges, before, then });
    const payload = before.areFriends === areFriends ? NO_EVENT : act.event;
    const ticket = await outbox.write({ queue: "edges", payload, change: encodePair(pair) });
    try {
      const isOurs = await rows.casPair(pair, row.version, next);
      const isLate = act.act === "block" && msBetween(id, ids.next()) > LATE_MS;
      if (isOurs) await follow(rows, pair, next, row);
      ticket.done();
      if (!isOurs) return "raced";
      return isLate ? "late" : { kind: "done", changed: true, areFriends };
    } catch (error) {
      ticket.failed();
      throw error;
    }
  }

  /** Counted before the write: concurrent acts may pass a limit by as many as are in flight. */
  async #firstFull(grown: readonly Growth[]): Promise<Growth | undefined> {
    const { rows, limits } = this.#deps;
    const counts = await Promise.all(
      grown.map((growth) => rows.count(growth, limits[growth.list])),
    );
    return grown.find(({ list }, i) => counts[i] >= limits[list]);
  }
}

/** Writes what a change that the outbox kept may lack. */
export async function completeChange(rows: PairRows, change: Uint8Array): Promise<void> {
  const pair = decodePair(change);
  if (pair === undefined) {
    const { key, state } = decodeChange(change);
    return rows.writeEdges(key, state);
  }
  const row = await rows.readPairSerially(pair);
  if (row) await follow(rows, pair, row);
}

/** Writes what follows from a decision. `before`: the row that it followed, whose lists are written. */
async function follow(
  rows: PairRows,
  { low, high }: Pair,
  row: PairRow,
  before?: PairRow,
): Promise<void> {
  const isEdgeNew = row.edge.version > (before?.edge.version ?? 0n);
  await Promise.all([
    isEdgeNew ? rows.writeEdges({ user: low, friend: high }, row.edge) : undefined,
    rows.writeLists({ low, high }, row, before),
  ]);
}

function friendGrowths(user: UserId, friend: UserId): readonly Growth[] {
  return [user, friend].map((end) => ({ list: "friends", user: end }));
}

/** Between the times of two ids. */
function msBetween(earlier: bigint, later: PostId): number {
  return postTimeMs(later) - postTimeMs(earlier);
}

interface Decision {
  readonly act: PersonalAct;
  readonly pair: Pair;
  readonly id: PostId;
  readonly row: PairRow;
  readonly edges: readonly EdgeState[];
  readonly before: Standing;
  readonly then: Standing;
}

/**
 * The row after an act. An edge that it leaves as it is it takes from where that is newest: rows of one that a service
 * ended expire, and this row, which may stay, must not say then that there is one. A block decides the
 * edge also when there is none: one may be on its way.
 */
function decided({ act, pair, id, row, edges, before, then }: Decision): PairRow {
  const { mine: low, theirs: high } = asSeenBy(act.user, pair, then);
  const seen = [row.edge, ...edges].map((edge) => edge.version);
  const isBlock = act.act === "block";
  const decidesEdge = isBlock || before.areFriends !== then.areFriends;
  const least = edgeVersion(id, [0n]);
  const edge = {
    isPresent: then.areFriends,
    version: edgeVersion(id, isBlock ? [...seen, least + BLOCK_LEAD_US] : seen),
  };
  const version = edgeVersion(id, [row.version]);
  return { low, high, edge: decidesEdge ? edge : newestEdge(row, edges), version, act: id };
}
