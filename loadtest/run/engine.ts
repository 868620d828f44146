import type { Done, Driver, MicroClock } from "../drivers/driver.ts";
import type { Recorder } from "../measure/recorder.ts";
import { Deadlines } from "./deadlines.ts";
import { endOf, type Flight, newFlight, TIMED_OUT, unsent } from "./flight.ts";
import type { Lookahead } from "./lookahead.ts";
import type { Operation, Step } from "./step.ts";

export interface EngineOptions {
  readonly operations: readonly Operation[];
  readonly steps: Lookahead;
  readonly driver: Driver;
  readonly recorder: Recorder;
  /** Microseconds since the start of the run; the driver reads the same clock. */
  readonly clock: MicroClock;
  /** Steps begun and not over, in flight or waiting for their predecessor. More are refused: not sent. */
  readonly maxOpen: number;
  /** Called when something is due at a time that the source did not say: `advance` is wanted then. */
  readonly wakeAt?: (micros: number) => void;
}

/**
 * Executes intended steps. It owns no timer and no thread: `advance` is called when something is due, by
 * the pacer thread's alarm or by a test's virtual time, and late calls show as lateness.
 */
export class Engine {
  readonly #options: EngineOptions;
  /** Sessions with a step in flight: the steps that came meanwhile. */
  readonly #sessions = new Map<number, Step[]>();
  readonly #deadlines: readonly Deadlines<Flight>[];
  /** Steps after a pause, by their time. */
  readonly #later: Step[] = [];
  #open = 0;
  #failure: unknown;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#deadlines = options.operations.map(() => new Deadlines<Flight>());
  }

  /** Steps begun and not over. */
  get open(): number {
    return this.#open;
  }

  /** Nothing is in flight and nothing more will be. Throws what a step or the driver threw. */
  get isDone(): boolean {
    if (this.#failure !== undefined) throw this.#failure;
    return this.#open === 0 && this.#later.length === 0 && this.#options.steps.isEmpty;
  }

  /** Gives up what is overdue and begins all steps whose time has come. */
  advance(): void {
    const { steps, clock } = this.#options;
    const now = clock.nowMicros();
    for (const deadlines of this.#deadlines) {
      for (let flight = deadlines.takeDue(now); flight; flight = deadlines.takeDue(now)) {
        this.#options.driver.cancel(flight);
        this.#end(flight, TIMED_OUT, undefined);
      }
    }
    for (let step = steps.takeDue(now); step; step = steps.takeDue(now)) this.#begin(step);
    if (steps.isStopped) this.#later.length = 0;
    while (this.#later.length > 0 && this.#later[0].intendedMicros <= now) {
      const step = this.#later.shift();
      if (step) this.#begin(step);
    }
  }

  #follow(step: Step): void {
    const { clock, steps, wakeAt } = this.#options;
    const now = clock.nowMicros();
    const next = steps.isStopped ? undefined : step.next?.(now);
    if (!next) return;
    if (next.intendedMicros <= now) {
      this.#begin(next);
      return;
    }
    const at = this.#later.findLastIndex((one) => one.intendedMicros <= next.intendedMicros);
    this.#later.splice(at + 1, 0, next);
    wakeAt?.(next.intendedMicros);
  }

  #begin(step: Step): void {
    const { recorder, maxOpen, clock } = this.#options;
    recorder.intended(step.operation, step.intendedMicros);
    if (this.#open >= maxOpen) {
      const end = unsent(step, step.intendedMicros, clock.nowMicros());
      recorder.ended(step.operation, { ...end, isRefused: true });
      this.#guard(() => step.failed?.());
      this.#guard(() => this.#follow(step));
      return;
    }
    this.#open++;
    if (step.session === 0) {
      this.#send(step, step.intendedMicros);
      return;
    }
    const session = this.#sessions.get(step.session);
    if (session) {
      session.push(step);
      return;
    }
    this.#sessions.set(step.session, []);
    this.#send(step, step.intendedMicros);
  }

  #send(step: Step, readyMicros: number): void {
    this.#guard(() => this.#hand(step, readyMicros));
  }

  /** Keeps what a step throws: it may be on a socket's event, where nobody catches. */
  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#failure ??= error;
      this.#options.steps.stop();
    }
  }

  #hand(step: Step, readyMicros: number): void {
    const { operations, driver, clock, recorder } = this.#options;
    const message = step.message();
    if (typeof message === "string") {
      if (message === "nothing") recorder.skipped(step.operation, step.intendedMicros);
      else {
        recorder.ended(step.operation, unsent(step, readyMicros, clock.nowMicros()));
        step.failed?.();
      }
      this.#leave(step);
      return;
    }
    const { timeoutMs } = operations[step.operation];
    const flight = newFlight(step, message, readyMicros, clock.nowMicros() + timeoutMs * 1000);
    this.#deadlines[step.operation].push(flight);
    driver.send(flight, (...answer) => this.#answered(flight, ...answer));
  }

  #answered(flight: Flight, ...[status, answer, head]: Parameters<Done>): void {
    if (flight.over) return;
    const endedMicros = this.#options.clock.nowMicros();
    let counted = status;
    this.#guard(() => {
      counted = flight.step.judge?.(status, answer, head) ?? status;
    });
    this.#end(flight, counted, answer, endedMicros);
  }

  #end(
    flight: Flight,
    status: number,
    answer: Uint8Array | undefined,
    endedMicros = this.#options.clock.nowMicros(),
  ): void {
    if (flight.over) return;
    flight.over = true;
    const { recorder } = this.#options;
    const end = endOf(flight, status, endedMicros);
    recorder.ended(flight.operation, end);
    const { step } = flight;
    this.#guard(() => (end.outcome === "ok" ? step.answered?.(answer ?? EMPTY) : step.failed?.()));
    this.#leave(step);
  }

  /** A step is over: the session's next goes, though late, and counts from its intended time. */
  #leave(step: Step): void {
    this.#open--;
    const next = this.#sessions.get(step.session)?.shift();
    if (next) this.#send(next, this.#options.clock.nowMicros());
    else this.#sessions.delete(step.session);
    this.#guard(() => this.#follow(step));
  }
}

const EMPTY = new Uint8Array();
