import type { LogHeads, LogNews, LogPlace, PostLogRow } from "../../../ports.ts";
import { maxId } from "../../halves.ts";
import type { Direction } from "../recent-index.ts";
import { ABOVE_ALL_IDS, GenerationTrack } from "./generation-track.ts";

/** What to read next. */
export interface LogRequest {
  readonly generation: bigint;
  readonly direction: "after" | "before";
  readonly place: LogPlace;
}

/** Rows that are new, in the order of insertion. */
export interface TakenRows {
  readonly rows: readonly PostLogRow[];
  readonly direction: Direction;
}

const DEFAULT_JUMP_ROWS = 2_000;

/**
 * Follows all generations of the post log, without I/O: says what to read next, and what it may claim.
 * At a start it reads every generation backwards from its head, the one that holds up the claim first,
 * so that what it has grows from the newest post down.
 *
 * **The claim**: what was published before `heads` were read is given out, if it has an id at or above
 * `since` and `isThrough(heads)` holds.
 */
export class LogFollower {
  readonly #jumpRows: number;
  readonly #tracks = new Map<bigint, GenerationTrack>();
  #began: bigint | undefined;

  /** @param jumpRows when it has missed more rows than this, it reads the newest first */
  constructor(jumpRows = DEFAULT_JUMP_ROWS) {
    this.#jumpRows = jumpRows;
  }

  /** Above all ids while it knows nothing. */
  get since(): bigint {
    if (this.#began === undefined) return ABOVE_ALL_IDS;
    let since = this.#began;
    for (const track of this.#tracks.values()) since = maxId(since, track.since);
    return since;
  }

  /** What a look at the directory has found. */
  sawHeads({ began, heads }: LogHeads): void {
    const isStart = this.#began === undefined;
    this.#began = began;
    for (const head of heads) {
      const { generation } = head;
      // All of a generation that began since the last look is new.
      const begin = () => new GenerationTrack(isStart ? head : undefined);
      this.#tracks.getOrInsertComputed(generation, begin).sawHead(head, this.#jumpRows);
    }
  }

  /**
   * What a writer tells of itself; gives what is to be inserted. It only shortens the way: what does not follow on
   * what was read is no more than a head, and no claim is made by what writers have told.
   */
  heard({ head, rows }: LogNews): TakenRows {
    // Before the first look nobody knows what of a generation is past.
    if (this.#began === undefined) return { rows: [], direction: "now" };
    const begin = () => new GenerationTrack();
    const track = this.#tracks.getOrInsertComputed(head.generation, begin);
    const taken = track.heard(rows);
    track.sawHead(head, this.#jumpRows);
    return { rows: taken, direction: "now" };
  }

  /** Whether rows of this generation are known of, and were not read, at its newer end. */
  isMissing(generation: bigint): boolean {
    return (this.#tracks.get(generation)?.missing ?? 0) > 0;
  }

  /** Times that rows were left to be read later, as the past. */
  get jumps(): number {
    return this.#tracks.values().reduce((sum, track) => sum + track.jumps, 0);
  }

  /** Whether some of these rows are to be read still, above this id. */
  hasGap(enough: bigint): boolean {
    return this.#tracks.values().some((track) => track.hasGap && track.since > enough);
  }

  isThrough(heads: LogHeads): boolean {
    return this.rowsBehind(heads) === 0;
  }

  /** Rows up to these heads that were not read. */
  rowsBehind({ heads }: LogHeads): number {
    return heads.reduce((sum, { generation, seq }) => {
      const read = this.#tracks.get(generation)?.high.seq ?? 0;
      return sum + Math.max(0, seq - read);
    }, 0);
  }

  /** Rows that are known of and missing at the newer end. */
  missing(): readonly LogRequest[] {
    return this.#tails((track) => track.missing > 0);
  }

  /** Whether anything is to be asked for, now or in the past. */
  isReading(enough: bigint): boolean {
    return this.past(enough) !== undefined || this.missing().length > 0;
  }

  /** The newer ends of these generations, where more may have come. */
  tails(generations: ReadonlySet<bigint>): readonly LogRequest[] {
    return this.#tails((_, generation) => generations.has(generation));
  }

  /** The next step back, unless all has been read down to `enough`. */
  past(enough: bigint): LogRequest | undefined {
    let next: LogRequest | undefined;
    let highest = enough;
    for (const [generation, track] of this.#tracks) {
      if (track.past === undefined || track.since <= highest) continue;
      highest = track.since;
      next = { generation, direction: "before", place: track.past };
    }
    return next;
  }

  /** The answer to a request; gives what is to be inserted. */
  took(request: LogRequest, rows: readonly PostLogRow[]): TakenRows {
    const track = this.#tracks.get(request.generation);
    if (!track) return { rows: [], direction: "now" };
    if (request.direction === "after") {
      // Its writer may have told of these meanwhile, and of more.
      const isCurrent = track.high.seq === request.place.seq;
      return { rows: isCurrent ? track.tookAfter(rows) : track.heard(rows), direction: "now" };
    }
    const isCurrent = track.past?.seq === request.place.seq;
    return { rows: isCurrent ? track.tookBefore(rows) : [], direction: "past" };
  }

  #tails(isWanted: (track: GenerationTrack, generation: bigint) => boolean): LogRequest[] {
    const requests: LogRequest[] = [];
    for (const [generation, track] of this.#tracks) {
      if (!isWanted(track, generation)) continue;
      requests.push({ generation, direction: "after", place: track.high });
    }
    return requests;
  }
}
