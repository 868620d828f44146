import type { CapacityStep } from "./capacity-result.ts";
import type { CapacityTarget, HeldStep } from "./capacity-target.ts";
import { judgeStep } from "./judging/judge-step.ts";
import { shown } from "./loads.ts";
import { MachineSpeed } from "./machine-speed.ts";
import type { CapacityOptions } from "./options.ts";
import { Scaling } from "./scaling.ts";

type Phase = CapacityStep["phase"];
type Outcome = CapacityStep["outcome"];

/** The search can't go on; what it found until then is kept. The message says why. */
export class SearchEnded extends Error {
  override readonly name: string = "SearchEnded";
}

/** So does the target: it did not become quiet for as long as the search waits, or is not there at all. */
export class TargetLost extends SearchEnded {
  override readonly name = "TargetLost";
}

/** So does the machine: too many steps said nothing. */
export class TooNoisy extends SearchEnded {
  override readonly name = "TooNoisy";
}

/** What the target can do goes on to change. */
export class TargetRestless extends SearchEnded {
  override readonly name = "TargetRestless";
}

/** The machine has another speed from now on: the search begins anew, at this load. */
export class MachineSettled extends Error {
  readonly load: number;
  /** The new speed over the one before. */
  readonly ratio: number;

  constructor(load: number, ratio: number) {
    super(`The machine settled at ${ratio.toFixed(2)} times its speed.`);
    this.load = load;
    this.ratio = ratio;
  }
}

/** Makes steps, one after the other, from quiet to quiet, within the budget, and keeps them. */
export class StepRunner {
  readonly steps: CapacityStep[] = [];
  /** Those of before the search began anew, and why it did, in sentences. */
  readonly earlier: CapacityStep[] = [];
  readonly renewals: string[] = [];
  /** The longest that it took to become quiet after a step, and the load of that. */
  slowestDrain = { seconds: 0, load: 0 };
  /** When the load of the latest step began and ended, on the target's clock. */
  beganSeconds: number;
  endedSeconds: number;
  readonly #target: CapacityTarget;
  readonly #options: CapacityOptions;
  readonly #startSeconds: number;
  readonly #speed: MachineSpeed;
  readonly #scaling = new Scaling();

  constructor(target: CapacityTarget, options: CapacityOptions) {
    this.#target = target;
    this.#options = options;
    this.#startSeconds = this.beganSeconds = this.endedSeconds = target.nowSeconds();
    this.#speed = new MachineSpeed(target.probeCpu?.());
  }

  /** Holds a load, again while that is inconclusive. Rejects with SearchEnded. */
  async hold(load: number, seconds: number, phase: Phase, why: string): Promise<Outcome> {
    for (let repeat = 0; ; repeat++) {
      await this.#quiet();
      this.#checkBudget();
      const again = repeat === 0 ? why : `${why}: again, for the last try said nothing`;
      const step = await this.#makeStep({ load, seconds, phase, why: again });
      // What an overload is for comes after it.
      if (step.outcome !== "inconclusive" || phase === "overload") return step.outcome;
      this.#checkSettled(step);
      this.#checkInconclusive(step);
      if (repeat >= this.#options.repeats) return "inconclusive";
    }
  }

  /** Steps until now do not count any more; `why` is a sentence without its end. */
  renew(why: string): void {
    this.renewals.push(`${why}: the ${this.steps.length} steps of before do not count.`);
    this.earlier.push(...this.steps.splice(0));
  }

  secondsSinceLoad(): number {
    return this.#target.nowSeconds() - this.endedSeconds;
  }

  async #makeStep(
    planned: Pick<CapacityStep, "load" | "seconds" | "phase" | "why">,
  ): Promise<CapacityStep> {
    const { load, seconds } = planned;
    const { drainSeconds, cores } = this.#options;
    const before = this.#target.probeCpu?.();
    this.beganSeconds = this.#target.nowSeconds();
    const asked = { ...planned, atSecond: Math.round(this.beganSeconds - this.#startSeconds) };
    const held = await this.#target.hold(load, seconds).catch((error: Error) => {
      this.endedSeconds = this.#target.nowSeconds();
      this.#checkSignal(); // then it is no fault of the target's
      // What never began says nothing of any load.
      if (this.steps.length + this.earlier.length === 0) throw new TargetLost(error.message);
      this.#disown();
      this.#keep({ ...asked, ...GONE, reasons: [error.message] });
      throw new TargetLost(`At ${shown(load)} the target could not be loaded: ${error.message}`);
    });
    this.endedSeconds = this.#target.nowSeconds() - (held.overForSeconds ?? 0);
    this.#checkSignal(); // what was cut short is no sample of its load
    const waited = await this.#target.drained(drainSeconds).then(
      () => undefined,
      (error: Error) =>
        `After it, with ${drainSeconds} s given, it was not quiet: ${error.message}`,
    );
    const failure = [held.failure, waited].filter((why) => why !== undefined).join(" ");
    const whole: HeldStep = { ...held, failure: failure || undefined };
    if (whole.failure === undefined) this.#checkScales(load, held);
    const shift = this.#speed.shiftOf(before, this.#target.probeCpu?.());
    return this.#keep({ ...asked, ...judgeStep(whole, shift, cores) });
  }

  /** Of a target that is gone: steps before it in which nothing at all was answered well are none of their load's. */
  #disown(): void {
    for (let i = this.steps.length - 1; i >= 0; i--) {
      const step = this.steps[i];
      if (step.outcome !== "failed" || step.inVain === undefined) return;
      const reasons = ["The target was gone by then, or during it.", ...step.reasons];
      this.steps[i] = { ...step, outcome: "inconclusive", reasons };
    }
  }

  #checkScales(load: number, { measured }: HeldStep): void {
    const why = this.#scaling.problemOf(load, measured);
    if (why !== undefined) throw new SearchEnded(why);
  }

  #checkSettled({ load }: CapacityStep): void {
    const ratio = this.#speed.settle();
    if (ratio === undefined) return;
    this.renew("The machine settled at another speed");
    throw new MachineSettled(load, ratio);
  }

  #keep(step: CapacityStep): CapacityStep {
    this.steps.push(step);
    this.#options.onStep?.(step, this.steps);
    return step;
  }

  /** Nothing of the step before is left: it would be part of the next. */
  async #quiet(): Promise<void> {
    const { patienceSeconds } = this.#options;
    const load = this.steps.at(-1)?.load;
    const seconds = Math.min(patienceSeconds, Math.max(0, this.#leftSeconds()));
    try {
      await this.#target.drained(seconds);
    } catch (error) {
      const after =
        load === undefined ? "Before its first step the target" : `After ${shown(load)} it`;
      const why = `${after}, with ${seconds.toFixed(0)} s given, was not quiet: ${(error as Error).message}`;
      if (seconds < patienceSeconds) throw new SearchEnded(`${this.#budgetUsedUp()} ${why}`);
      throw new TargetLost(why);
    } finally {
      const took = this.secondsSinceLoad();
      if (took > this.slowestDrain.seconds) {
        this.slowestDrain = { seconds: took, load: load ?? 0 };
      }
    }
  }

  #checkBudget(): void {
    const { mostSteps } = this.#options;
    this.#checkSignal();
    if (this.earlier.length + this.steps.length >= mostSteps) {
      throw new SearchEnded(`The budget of ${mostSteps} steps is used up: give more.`);
    }
    if (this.#leftSeconds() <= 0) throw new SearchEnded(this.#budgetUsedUp());
  }

  #leftSeconds(): number {
    return this.#options.mostSeconds - (this.#target.nowSeconds() - this.#startSeconds);
  }

  #budgetUsedUp(): string {
    return `The budget of ${this.#options.mostSeconds} s is used up: give more.`;
  }

  #checkSignal(): void {
    if (this.#options.signal?.aborted) throw new SearchEnded("It was interrupted.");
  }

  #checkInconclusive({ reasons }: CapacityStep): void {
    const { mostInconclusive } = this.#options;
    const so = this.steps.filter(({ outcome }) => outcome === "inconclusive").length;
    if (so <= mostInconclusive) return;
    throw new TooNoisy(
      `${so} steps said nothing, the last because: ${reasons.join(" ")} Use a quieter machine, or more generators.`,
    );
  }
}

/** A step of which nothing was measured, and which so says nothing of its load. */
const GONE = { outcome: "inconclusive", figures: {}, cpu: {} } as const;
