import { present } from "../../../../../model/invariant.ts";
import type { LogNews } from "../../../../ports.ts";
import type { LogWorld } from "./log-world.ts";
import type { RelayProcess } from "./relay-process.ts";

const ROWS = 3;

/** What relays tell one owner of their rows: in pieces that are lost, late, out of order, or come twice. */
export class NewsOnTheWay {
  readonly #world: LogWorld;
  /** Of each relay, which of its rows it tells of next. */
  readonly #next = new Map<RelayProcess, number>();
  #news: LogNews[] = [];

  constructor(world: LogWorld) {
    this.#world = world;
  }

  /** What arrives now, if anything does. A relay that is dead or paused has sent what it has sent. */
  step(): LogNews | undefined {
    const world = this.#world;
    if (world.chance(0.5)) this.#send();
    if (world.chance(0.02)) this.#break();
    const index = world.below(this.#news.length + 1);
    const news = this.#news[index];
    if (!world.chance(0.2)) this.#news.splice(index, 1);
    return world.chance(0.1) ? undefined : news;
  }

  #send(): void {
    const { processes } = this.#world;
    const process = processes[this.#world.below(processes.length)];
    const { told, generation } = process;
    const from = this.#next.get(process) ?? this.#world.below(told.length + 1);
    const rows = told.slice(from, from + 1 + this.#world.below(ROWS));
    this.#next.set(process, from + rows.length);
    const newest = rows.at(-1) ?? told.at(-1);
    if (!newest) return;
    const { seq, bucket } = present(newest);
    this.#news.push({
      head: { generation, seq, bucket },
      rows: this.#world.chance(0.1) ? [] : rows,
    });
  }

  /** All of them, for the owner's connections broke; each begins anew somewhere. */
  #break(): void {
    this.#news = [];
    this.#next.clear();
  }
}
