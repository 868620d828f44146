import {
  DomainError,
  internal,
  unavailable,
} from "../../../services/platform/grpc/errors/errors.ts";
import type { Dice } from "./dice.ts";
import type { Turns } from "./turns.ts";

/** One life of a process. What it was doing when it dies is never heard of again. */
export class Life {
  alive = true;
  readonly #died = Promise.withResolvers<void>();
  readonly death = this.#died.promise;

  die(): void {
    this.alive = false;
    this.#died.resolve();
  }

  /** Goes on only in life: what a dead process would do next is not done. */
  async lives<T>(work: Promise<T>): Promise<T> {
    const settled = await Promise.allSettled([work]);
    if (!this.alive) return never();
    if (settled[0].status === "rejected") throw settled[0].reason;
    return settled[0].value;
  }
}

/** A new one each time: one for all would hold on to everybody who ever waited for it. */
function never(): Promise<never> {
  return new Promise(() => {});
}

const MAX_HOPS = 4;
const MAX_SLOW_HOPS = 80;
const SLOW_RATE = 0.06;

/** Calls between processes: slow, lost on the way there, or answered too late for the caller. */
export class Network {
  /** Of calls; each loss is UNAVAILABLE to the caller, half of them after the work was begun. */
  lossRate: number;
  /** Lives that don't reach each other, whoever calls; empty most of the time. */
  readonly cut: [Life, Life][] = [];
  readonly #turns: Turns;
  readonly #dice: Dice;
  readonly #report: (problem: string) => void;

  constructor(turns: Turns, dice: Dice, lossRate: number, report: (problem: string) => void) {
    this.#turns = turns;
    this.#dice = dice;
    this.lossRate = lossRate;
    this.#report = report;
  }

  /** Between none and a few turns; now and then so many that much overtakes it. */
  async travel(): Promise<void> {
    const most = this.#dice.chance(SLOW_RATE) ? MAX_SLOW_HOPS : MAX_HOPS;
    for (let hops = this.#dice.below(most); hops > 0; hops--) await this.#turns.next();
  }

  /** `server` is looked up on arrival: undefined when nobody listens. */
  call<T>(client: Life, server: () => Life | undefined, serve: () => T | Promise<T>): Promise<T> {
    return client.lives(this.#deliver(client, server, serve));
  }

  async #deliver<T>(
    client: Life,
    server: () => Life | undefined,
    serve: () => T | Promise<T>,
  ): Promise<T> {
    await this.travel();
    const life = server();
    if (this.cut.some((two) => life && two.includes(life) && two.includes(client)))
      throw unavailable("the way is cut");
    const isLost = this.#dice.chance(this.lossRate);
    if (!life?.alive || (isLost && this.#dice.chance(0.5))) throw unavailable("not reached");
    const work = this.#perform(life, serve);
    if (isLost) {
      work.catch(() => {});
      await this.travel();
      throw unavailable("the answer was lost");
    }
    const answer = await work;
    await this.travel();
    if (!life.alive) throw unavailable("died before it answered");
    return answer;
  }

  async #perform<T>(life: Life, serve: () => T | Promise<T>): Promise<T> {
    const crash = life.death.then((): never => {
      throw unavailable("died at work");
    });
    crash.catch(() => {});
    try {
      return await Promise.race([(async () => serve())(), crash]);
    } catch (error) {
      if (!life.alive) throw unavailable("died at work");
      if (error instanceof DomainError) throw error;
      this.#report(`a handler threw ${(error as Error).stack}`);
      throw internal(String(error));
    }
  }
}
