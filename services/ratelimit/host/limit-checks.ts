import { type DomainError, unavailable } from "../../platform/grpc/errors/errors.ts";
import type { CounterSeries } from "../../platform/telemetry/series.ts";
import { type Amounts, NOTHING, type NodeLimits } from "../domain/amounts.ts";
import type { LimitPath } from "../domain/limits/path.ts";
import type { Seated } from "../domain/seated.ts";
import type { LimitHolder, Taken } from "./limit-holder.ts";

export type Checked = Exclude<Taken, { readonly kind: "unknown" }>;

const LEARNING_MS = 1_000;

/** What the coordinator's process decides for callers that hold no leases: by leases of its own. */
export class LimitChecks {
  readonly #seated: Seated;
  readonly #holder: LimitHolder;
  readonly #outcomes: (kind: Checked["kind"]) => CounterSeries;

  /** The term of the seat for which one-time bursts were loaded. */
  #seatedFor: bigint | undefined;
  #seating: Promise<void> | undefined;

  constructor(
    seated: Seated,
    holder: LimitHolder,
    outcomes: (kind: Checked["kind"]) => CounterSeries,
  ) {
    this.#seated = seated;
    this.#holder = holder;
    this.#outcomes = outcomes;
  }

  /**
   * UNAVAILABLE on a process without the seat, and while a new coordinator learns. What it took of a one-time
   * burst is durable.
   */
  async take(path: LimitPath, ops: number, bytes: number): Promise<Checked> {
    if (this.#seatedFor !== this.#seated.term) await this.#takeSeat();
    this.#seated.check();
    let taken = this.#holder.take(path, ops, bytes);
    if (taken.kind === "unknown") {
      await this.#holder.ready(path);
      taken = this.#holder.take(path, ops, bytes);
    }
    if (taken.kind === "unknown") throw learning();
    if (taken.kind === "allowed" && this.#holder.boots.tookOfBoot) await this.#keepBoot(path);
    this.#outcomes(taken.kind).add();
    return taken;
  }

  /** After `take`. */
  available(path: LimitPath): Amounts | undefined {
    return this.#holder.available(path);
  }

  /** The limits that decide about the path, after `take`. */
  limitsOf(path: LimitPath): NodeLimits | undefined {
    return this.#holder.limitsOf(path);
  }

  /** Gives a VM its one-time burst, or nothing when this boot had it before; undefined: nothing limits it. */
  async boot(path: LimitPath, bootId: string): Promise<Amounts | undefined> {
    if (this.#seatedFor !== this.#seated.term) await this.#takeSeat();
    this.#seated.check();
    await this.#holder.ready(path);
    const node = this.#holder.nodeOf(path);
    if (!node) {
      if (this.#holder.take(path, 0, 0).kind === "unknown") throw learning();
      return undefined;
    }
    const left = this.#holder.limitsOf(path)?.boot ?? NOTHING;
    return await this.#seated.use(async ({ boots }) => {
      if (!(await boots.begin({ path: node.path, bootId, left }))) return NOTHING;
      this.#holder.boots.boot(node, boots.leftOf(node.path));
      return left;
    });
  }

  /** This process may have had the seat before: what is left of one-time bursts is what the store says now. */
  #takeSeat(): Promise<void> {
    this.#seating ??= this.#seated
      .use(({ boots }) => {
        this.#holder.boots.setBoots((path) => boots.leftOf(path));
        this.#seatedFor = this.#seated.term;
      })
      .finally(() => {
        this.#seating = undefined;
      });
    return this.#seating;
  }

  #keepBoot(path: LimitPath): Promise<void> {
    return this.#seated.use(({ boots }) => {
      const node = this.#holder.nodeOf(path);
      return node && boots.spent(node.path, this.#holder.boots.bootLeft(node));
    });
  }

  /** Asks for all leases anew, after the limits were changed. */
  renew(): Promise<void> {
    return this.#holder.renew();
  }
}

function learning(): DomainError {
  return unavailable(
    "the coordinator of limits has just started and does not know all leases yet",
    {
      retryAfterMs: LEARNING_MS,
    },
  );
}
