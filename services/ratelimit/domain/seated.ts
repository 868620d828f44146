import { NOT_OWNER, unavailable } from "../../platform/grpc/errors/errors.ts";
import type { Seat } from "../ports.ts";
import { Coordination, type CoordinationPlan } from "./coordination.ts";

/** The coordination, as long as this process has the seat: a new one for each term. */
export class Seated {
  readonly #seat: Seat;
  readonly #plan: CoordinationPlan;
  #term: bigint | undefined;
  #begun: Promise<Coordination> | undefined;

  constructor(seat: Seat, plan: CoordinationPlan) {
    this.#seat = seat;
    this.#plan = plan;
  }

  /** Rises each time that this process takes the seat anew. */
  get term(): bigint {
    return this.#seat.term;
  }

  get isHeld(): boolean {
    return this.#seat.isHeld();
  }

  /**
   * Works with the coordination; what comes of it is given only if the seat was held throughout.
   */
  async use<T>(work: (coordination: Coordination) => Promise<T> | T): Promise<T> {
    this.check();
    const { term } = this.#seat;
    if (this.#term !== term || !this.#begun) {
      this.#term = term;
      this.#begun = Coordination.begin(this.#plan, term);
      this.#begun.catch(() => {
        this.#begun = undefined;
      });
    }
    const result = await work(await this.#begun);
    this.check();
    if (this.#seat.term !== term) throw unavailable("the coordinator of limits has just changed");
    return result;
  }

  /** UNAVAILABLE, with the owner's address, when another process has the seat. */
  check(): void {
    if (this.#seat.isHeld()) return;
    const { holder } = this.#seat;
    const metadata = holder === undefined ? {} : { owner: holder };
    throw unavailable("another process coordinates the limits", { reason: NOT_OWNER, metadata });
  }
}
