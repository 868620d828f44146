import { unavailable } from "../../platform/grpc/errors/errors.ts";
import type { CounterSeries } from "../../platform/telemetry/series.ts";
import type { Amounts, NodeLimits } from "../domain/amounts.ts";
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

  constructor(
    seated: Seated,
    holder: LimitHolder,
    outcomes: (kind: Checked["kind"]) => CounterSeries,
  ) {
    this.#seated = seated;
    this.#holder = holder;
    this.#outcomes = outcomes;
  }

  /** UNAVAILABLE on a process without the seat, and while a new coordinator learns. */
  async take(path: LimitPath, ops: number, bytes: number): Promise<Checked> {
    this.#seated.check();
    let taken = this.#holder.take(path, ops, bytes);
    if (taken.kind === "unknown") {
      await this.#holder.ready(path);
      taken = this.#holder.take(path, ops, bytes);
    }
    if (taken.kind === "unknown") {
      throw unavailable(
        "the coordinator of limits has just started and does not know all leases yet",
        { retryAfterMs: LEARNING_MS },
      );
    }
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

  /** The one-time burst of a VM that boots; undefined: nothing limits it. */
  async boot(path: LimitPath): Promise<Amounts | undefined> {
    this.#seated.check();
    await this.#holder.ready(path);
    return this.#holder.boot(path);
  }

  /** Asks for all leases anew, after the limits were changed. */
  renew(): Promise<void> {
    return this.#holder.renew();
  }
}
