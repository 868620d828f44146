import { GroupCommits } from "../../kernel/group-commit.ts";
import { Random } from "../../kernel/random.ts";
import { Sampler } from "../../kernel/sampler.ts";
import { Servers } from "../../kernel/servers.ts";
import { Stalls } from "../../kernel/stalls.ts";
import type { Model } from "../../model.ts";
import type { Calls } from "../lanes/calls.ts";
import { STREAM, stallSeed } from "../streams.ts";
import { OwnerShares } from "./owner-shares.ts";

/**
 * The timeline owners: a thread that decodes, classifies and applies, and a log with group commit.
 * A call is reckoned when it is sent: callers send in the order of time, so nothing needs to
 * happen in between.
 */
export class Owners {
  readonly shares: OwnerShares;
  readonly threads: Servers;
  calls = 0;
  pieces = 0;
  /** Entries appended, those again included, and entries dropped, on average. */
  stored = 0;
  dropped = 0;
  snapshots = 0;
  readonly log: GroupCommits;
  /** Of each owner's time, what pages take. */
  pageShare = 0;
  readonly #logBytes: Float64Array;
  readonly #costs: Model["costs"]["timeline"];
  readonly #settings: Model["settings"]["timeline"];
  readonly #activeShare: number;
  readonly #timeoutMicros: number;

  constructor({ processes, costs, delays, stalls, settings, audience }: Model, seed: number) {
    const { timeline: count, timelinesPerMachine, ownerSpread } = processes;
    this.shares = new OwnerShares(count, ownerSpread, new Random(seed, STREAM.ownerSizes));
    this.threads = new Servers(
      count,
      new Stalls(stalls.timeline, count, stallSeed(seed, "timeline")),
    );
    const machines = Math.ceil(count / timelinesPerMachine);
    const disks = new Stalls(stalls.disk, machines, stallSeed(seed, "disk"));
    const syncs = new Sampler(delays.timelineSync, new Random(seed, STREAM.syncs));
    this.log = new GroupCommits(count, settings.timeline.fullGroupBytes, (owner, start) =>
      disks.end(Math.trunc(owner / timelinesPerMachine), start, syncs.draw()),
    );
    this.#logBytes = new Float64Array(count);
    this.#costs = costs.timeline;
    this.#settings = settings.timeline;
    this.#activeShare = audience.activeShare;
    this.#timeoutMicros = settings.fanout.callTimeoutMs * 1_000;
  }

  /**
   * Reckons when the entries of each call can be read. A loop over columns, because this is where
   * a simulation spends its time.
   */
  append(calls: Calls): void {
    const { call, piece, stored: storing, dropped: dropping } = this.#costs;
    const { logBytesPerEntry, snapshotLogBytes } = this.#settings;
    const { threads } = this;
    const logBytes = this.#logBytes;
    const slowness = 1 / (1 - this.pageShare);
    const entryWork = this.#activeShare * storing + (1 - this.#activeShare) * dropping;
    const entryBytes = this.#activeShare * logBytesPerEntry;
    let [pieces, entries] = [0, 0];
    for (let i = 0; i < calls.count; i++) {
      const owner = calls.owner[i];
      const at = calls.at[i];
      if (threads.freeAt(owner) > at + this.#timeoutMicros) {
        calls.readable[i] = Number.POSITIVE_INFINITY;
        continue;
      }
      const work = call + calls.pieces[i] * piece + calls.entries[i] * entryWork;
      const logged = threads.serveAt(owner, at, work * slowness);
      const bytes = calls.entries[i] * entryBytes;
      calls.readable[i] = this.log.commit(owner, logged, bytes);
      logBytes[owner] += bytes;
      if (logBytes[owner] > snapshotLogBytes) this.#snapshot(owner, logged);
      pieces += calls.pieces[i];
      entries += calls.entries[i];
      this.calls++;
    }
    this.pieces += pieces;
    this.stored += entries * this.#activeShare;
    this.dropped += entries * (1 - this.#activeShare);
  }

  #snapshot(owner: number, at: number): void {
    this.snapshots++;
    this.#logBytes[owner] = 0;
    this.threads.holdUntil(owner, at + this.#settings.snapshotHoldMicros);
  }
}
