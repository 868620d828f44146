import type { Driver } from "../../drivers/driver.ts";
import { Recorder } from "../../measure/recorder.ts";
import { Deadlines } from "../../run/deadlines.ts";
import { endOf, type Flight, newFlight, TIMED_OUT } from "../../run/flight.ts";
import type { RunRecord } from "../../run/run.ts";
import type { RunClock } from "../../run/run-clock.ts";
import type { Operation } from "../../run/step.ts";
import type { CallAt } from "./planned-calls.ts";

export interface ClosedLoopOptions {
  readonly operations: readonly Operation[];
  readonly callAt: CallAt;
  /** Of all generators: each makes its part of them, and calls of its own numbers. */
  readonly callers: number;
  readonly generator: number;
  readonly generators: number;
  /** Opened with the same clock. The caller closes it. */
  readonly driver: Driver;
  readonly clock: RunClock;
  readonly warmUpSeconds: number;
  readonly seconds: number;
  readonly signal?: AbortSignal;
  /** When to start, ms since the Unix epoch, so that several generators start together. */
  readonly startAtMs?: number;
}

/** How often deadlines are looked at; and how long a caller who was refused waits before the next call. */
const CHECK_MS = 10;

/**
 * So many callers, each asking again when it was answered. What it records is service time: a target that
 * stalls is asked less meanwhile, so its stalls hardly show. For latency there are the open runs.
 */
export async function runClosedLoop(options: ClosedLoopOptions): Promise<RunRecord> {
  const { clock, warmUpSeconds, seconds, startAtMs = 0 } = options;
  const recorder = new Recorder(options.operations, warmUpSeconds * 1e6);
  const delayMs = Math.max(0, startAtMs - Date.now());
  clock.startAt(performance.now() + delayMs);
  const startedAtMs = Date.now() + delayMs;
  await elapsed(delayMs, options.signal);
  const callers = new Callers(options, recorder);
  const check = setInterval(() => callers.check(), CHECK_MS);
  const measuredSeconds = () => Math.max(0, clock.nowMicros() / 1e6 - warmUpSeconds);
  let sentSeconds: number;
  try {
    callers.begin();
    await elapsed((warmUpSeconds + seconds) * 1000, options.signal);
    sentSeconds = measuredSeconds();
    await callers.end();
  } finally {
    clearInterval(check);
  }
  return { recorder, startedAtMs, seconds: measuredSeconds(), sentSeconds };
}

class Callers {
  readonly #options: ClosedLoopOptions;
  readonly #recorder: Recorder;
  readonly #deadlines: readonly Deadlines<Flight>[];
  readonly #idle = Promise.withResolvers<void>();
  #inFlight = 0;
  /** Callers whose last call failed: they go on at the next check, or a dead target would be all they do. */
  #resting = 0;
  #n: number;
  #isEnding = false;

  constructor(options: ClosedLoopOptions, recorder: Recorder) {
    this.#options = options;
    this.#recorder = recorder;
    this.#deadlines = options.operations.map(() => new Deadlines<Flight>());
    this.#n = options.generator;
  }

  begin(): void {
    const { callers, generator, generators } = this.#options;
    for (let caller = generator; caller < callers; caller += generators) this.#call();
  }

  check(): void {
    const { driver, clock } = this.#options;
    const now = clock.nowMicros();
    for (const deadlines of this.#deadlines) {
      for (let flight = deadlines.takeDue(now); flight; flight = deadlines.takeDue(now)) {
        driver.cancel(flight);
        this.#ended(flight, TIMED_OUT);
      }
    }
    const rested = this.#resting;
    this.#resting = 0;
    for (let i = 0; i < rested; i++) this.#call();
  }

  /** Resolves when nothing is in flight any more: within the longest timeout. */
  end(): Promise<void> {
    this.#isEnding = true;
    if (this.#inFlight === 0) this.#idle.resolve();
    return this.#idle.promise;
  }

  #call(): void {
    if (this.#isEnding) return;
    const { operations, callAt, generators, driver, clock } = this.#options;
    const { operation, address, message: make, answered } = callAt(this.#n);
    this.#n += generators;
    const message = make();
    if (message === "nothing") {
      this.#resting++;
      return;
    }
    const now = clock.nowMicros();
    const step = {
      intendedMicros: now,
      operation,
      session: 0,
      ...(address === undefined ? {} : { address }),
      message: () => message,
      answered,
    };
    const deadline = now + operations[operation].timeoutMs * 1000;
    const flight = newFlight(step, message, now, deadline);
    this.#recorder.intended(operation, now);
    this.#deadlines[operation].push(flight);
    this.#inFlight++;
    driver.send(flight, (status, answer) => {
      if (status === 0 && answer !== undefined) step.answered(answer);
      this.#ended(flight, status);
    });
  }

  #ended(flight: Flight, status: number): void {
    if (flight.over) return;
    flight.over = true;
    const end = endOf(flight, status, this.#options.clock.nowMicros());
    this.#recorder.ended(flight.operation, end);
    this.#inFlight--;
    if (this.#isEnding && this.#inFlight === 0) this.#idle.resolve();
    if (end.outcome === "ok") this.#call();
    else this.#resting++;
  }
}

function elapsed(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
