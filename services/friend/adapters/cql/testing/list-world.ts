import { userIdOf } from "../../../../model/ids.ts";
import { idsOf } from "../../../../model/wire/id-pairs.ts";
import { CLOSED_TTL_SECONDS, type EdgeState } from "../edge-rows.ts";
import { CHANGED_LIFE_MS, type ListRows, PACKED_LIFE_MS } from "../lists/list-rows.ts";
import type { PackedList } from "../lists/packed-list.ts";
import { PackedLists } from "../lists/packed-lists.ts";
import { type PartRows, writeEdge } from "../parts/edge-parts.ts";
import { newestState } from "../parts/newest-state.ts";
import { type Cell, type Cells, Replicas } from "./replicas.ts";

/** What another design would do. */
export interface Draft {
  readonly write?: (world: ListWorld, state: EdgeState) => Promise<void>;
  readonly changedLifeMs?: number;
  /** Of changes, before the time at which they are told of. */
  readonly toldEarlyMs?: number;
  /** A packed list counts from when it was written. */
  readonly isJudgedByWriting?: boolean;
}

export const EDGE_KEY = { user: userIdOf(1n), friend: userIdOf(2n) };
const EVENTS = 16;
const MAX_STEPS_BETWEEN = 20;
const DEATH_SHARE = 0.01;
const LATE_SHARE = 0.05;
const SECOND_MS = 1_000;
const MAX_STEP_MS = 120 * SECOND_MS;
const HOUR_MS = 3_600 * SECOND_MS;
/** Some end lives, or nearly. */
const PASSING_HOURS = [12, 30, 156, 168];
/** A change is completed, by whom it may be, before so much has passed; with what clocks differ by it is a day. */
const MAX_UNFINISHED_HOURS = 12;
const MAX_CLOCKS_DIFFER_MS = 6 * HOUR_MS;

/** One edge of a person whose list is packed, read and changed by many processes; some die, or pause. */
export class ListWorld {
  readonly replicas: Replicas;
  readonly rows: PartRows;
  wrong: string | undefined;
  readonly #random: () => number;
  readonly #draft: Draft;
  readonly #lists: PackedLists;
  #nowMs = Date.UTC(2026, 10, 29);
  readonly #waiting: { readonly go: () => void; readonly isLate: boolean }[] = [];
  readonly #begun: EdgeState[] = [];
  readonly #unfinished = new Set<EdgeState>();
  #unfinishedHours = 0;
  /** The newest state of the edge that somebody was told of. */
  #known: EdgeState = { isPresent: false, version: 0n };

  constructor(random: () => number, draft: Draft) {
    this.#random = random;
    this.#draft = draft;
    const nowMs = () => this.#nowMs;
    const gate = (isLate = false) => new Promise<void>((go) => this.#waiting.push({ go, isLate }));
    this.replicas = new Replicas({ random, nowMs, gate });
    this.rows = {
      announce: () => this.replicas.write({ change: this.change() }),
      partsOf: async () => 1,
      read: async () => [(await this.replicas.read("edge")).edge?.value as EdgeState | undefined],
      write: (_key, _part, state) => this.replicas.write({ edge: this.edge(state) }),
    };
    const friends = async () => {
      const [state] = await this.rows.read(EDGE_KEY);
      return state?.isPresent ? [EDGE_KEY.friend] : [];
    };
    this.#lists = new PackedLists({
      rows: this.#listRows(gate),
      edges: { range: friends, among: friends },
      olderWriters: { goneByMs: () => 0 },
      clock: { nowMs: () => this.#clockMs() },
    });
  }

  edge(state: EdgeState): Cell {
    const lifeMs = state.isPresent ? Infinity : CLOSED_TTL_SECONDS * SECOND_MS;
    return { version: state.version, endMs: this.#nowMs + lifeMs, value: state };
  }

  /** That the edge may have changed. */
  change(): Cell {
    const lifeMs = this.#draft.changedLifeMs ?? CHANGED_LIFE_MS;
    const toldAtMs = this.#clockMs();
    const value = toldAtMs - (this.#draft.toldEarlyMs ?? 0);
    return { version: BigInt(toldAtMs), endMs: this.#nowMs + lifeMs, value };
  }

  /** By one of many clocks. */
  #clockMs(): number {
    return this.#nowMs + Math.floor((this.#random() - 0.5) * MAX_CLOCKS_DIFFER_MS);
  }

  /** Things begin, in any order, and go on side by side. Ends with the first answer that is wrong. */
  async live(): Promise<void> {
    // Each history has a mixture of its own, so that some have much of what is rare.
    const weights = Array.from({ length: 4 }, () => this.#random() ** 2);
    if (this.#random() < 0.5) void this.#list();
    while (this.#waiting.length > 0) await this.#step(0);
    this.replicas.awayShare = 0.4 * this.#random();
    // Many would hide each other.
    const mostChanges = 1 + 4 * this.#random() ** 3;
    const mostSteps = MAX_STEPS_BETWEEN * this.#random();
    for (let event = 0; event < EVENTS && this.wrong === undefined; event++) {
      const kind = this.#pick(weights);
      if (kind === 0 && this.#begun.length < mostChanges) this.#begin(this.#newState());
      else if (kind <= 1) void this.#list().catch(() => {});
      else if (kind === 2) void this.#check().catch(() => {});
      else await this.#pass();
      for (let i = this.#random() * mostSteps; i > 0; i--) await this.#step();
    }
  }

  /** An index, each as likely as its weight. */
  #pick(weights: readonly number[]): number {
    let left = this.#random() * weights.reduce((sum, weight) => sum + weight);
    const index = weights.findIndex((weight) => {
      left -= weight;
      return left < 0;
    });
    return Math.max(index, 0);
  }

  /** Above all that anybody was told of, and as may be like others that are begun at the same time. */
  #newState(): EdgeState {
    const version = this.#known.version + 1n + BigInt(Math.floor(this.#random() * 3));
    return { isPresent: this.#random() < 0.5, version };
  }

  #begin(state: EdgeState): void {
    this.#begun.push(state);
    this.#unfinished.add(state);
    this.#write(state).then(
      () => this.#learn(state),
      () => {},
    );
  }

  async #write(state: EdgeState): Promise<void> {
    const { write } = this.#draft;
    await (write ? write(this, state) : writeEdge(this.rows, EDGE_KEY, state));
    this.#unfinished.delete(state);
  }

  /** A list as fresh as the last thing that anybody was told of before it was asked for. */
  async #list(): Promise<void> {
    const known = this.#known;
    const friends = idsOf(await this.#lists.range(EDGE_KEY.user, 1n, 0n, 9));
    const isListed = friends.length > 0;
    const later = this.#begun.filter((state) => newestState([known, state]) === state);
    if (![known, ...later].some(({ isPresent }) => isPresent === isListed))
      this.wrong ??= `${isListed ? "a" : "no"} friend, after version ${known.version}`;
  }

  /** As BatchCheckFriends, and a change that finds nothing to be done. */
  async #check(): Promise<void> {
    const [state] = await this.rows.read(EDGE_KEY);
    this.#learn(state);
  }

  #learn(state: EdgeState | undefined): void {
    this.#known = newestState([this.#known, state]);
  }

  async #pass(): Promise<void> {
    const hours = PASSING_HOURS[Math.floor(this.#random() * PASSING_HOURS.length)];
    this.#unfinishedHours += hours;
    if (this.#unfinishedHours > MAX_UNFINISHED_HOURS) await this.#takeOver();
    this.#nowMs += hours * HOUR_MS;
  }

  /** Others complete what nobody has finished. */
  async #takeOver(): Promise<void> {
    const { awayShare } = this.replicas;
    this.replicas.awayShare = 0;
    for (const state of this.#unfinished) {
      // Whoever had begun it may finish first.
      void this.#write(state).catch(() => {});
      while (this.#unfinished.has(state)) await this.#step(0);
    }
    this.replicas.awayShare = awayShare;
    this.#unfinishedHours = 0;
  }

  /** One of all that wait goes on, as far as to its next step, or its process ends here. */
  async #step(deathShare = DEATH_SHARE): Promise<void> {
    const isLatesTurn = this.#random() < LATE_SHARE;
    const ready = this.#waiting.filter(({ isLate }) => isLate === isLatesTurn);
    const next = ready[Math.floor(this.#random() * ready.length)];
    if (next) {
      this.#waiting.splice(this.#waiting.indexOf(next), 1);
      this.#nowMs += Math.floor(this.#random() * MAX_STEP_MS);
      if (this.#random() >= deathShare) next.go();
    }
    for (let i = 0; i < 16; i++) await Promise.resolve();
  }

  #listRows(gate: (isLate?: boolean) => Promise<void>): ListRows {
    return {
      read: async () => {
        const { packed, change } = await this.replicas.read("packed", "change");
        const { friend } = EDGE_KEY;
        const changed = change ? [{ friend, toldAtMs: change.value as number }] : [];
        return { packed: packed?.value as PackedList | undefined, changed, isWhole: true };
      },
      write: async (_user, list) => {
        await gate(true);
        const version = BigInt(list.readAtMs);
        const readAtMs = this.#draft.isJudgedByWriting ? this.#nowMs : list.readAtMs;
        const value: PackedList = { ...list, readAtMs };
        const cells: Cells = {
          packed: { version, endMs: this.#nowMs + PACKED_LIFE_MS, value },
        };
        await this.replicas.write(cells);
      },
    };
  }
}
