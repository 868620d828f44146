import { Servers } from "../kernel/servers.ts";
import { Stalls } from "../kernel/stalls.ts";
import type { Model } from "../model.ts";
import type { Cql } from "./cql.ts";
import { stallSeed } from "./streams.ts";

/** The friend service: its processes are asked in turns. */
export class FriendService {
  readonly threads: Servers;
  readonly #costs: Model["costs"]["friend"];
  readonly #cql: Cql | undefined;
  #turn = 0;

  constructor({ processes, costs, stalls }: Model, seed: number, cql: Cql | undefined) {
    const stall = new Stalls(stalls.friend, processes.friend, stallSeed(seed, "friend"));
    this.threads = new Servers(processes.friend, stall);
    this.#costs = costs.friend;
    this.#cql = cql;
  }

  /**
   * When a call that arrives at `at` for these lists, with so many friends in all, is answered.
   */
  list(at: number, lists: number, friends: number): number {
    const { call, list, friend } = this.#costs;
    this.#turn = (this.#turn + 1) % this.threads.count;
    const read = this.#cql === undefined ? at : this.#cql.read(at);
    return this.threads.serveAt(this.#turn, read, call + lists * list + friends * friend);
  }
}
