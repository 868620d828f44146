import type { AnswerHead, Headers } from "../../drivers/driver.ts";
import { isLoss } from "../../measure/outcome/lost.ts";
import type { Step } from "../../run/step.ts";
import { type Answer, valuesAt } from "../checks/check.ts";
import { drawsOf } from "../data/draws.ts";
import { type Filling, TemplateError } from "../data/functions.ts";
import type { RowAt } from "../data/rows.ts";
import type { CallScenario, Json } from "../spec/call-scenario.ts";
import type { Arrival } from "./arrivals.ts";
import type { CompiledCall, CompiledFlow } from "./compiled-call.ts";
import { CHECK_FAILED, type FailedChecks, firstBroken } from "./failed-checks.ts";
import type { Redirects } from "./redirects.ts";

export interface FlowStepsOptions {
  readonly scenario: Pick<CallScenario, "seed">;
  readonly rowAt: RowAt | undefined;
  /** Headers that change through the run, as a token's. */
  readonly headers: () => Headers | undefined;
  readonly failedChecks: FailedChecks;
  /** Of HTTP. */
  readonly redirects?: Redirects | undefined;
  /** What was intended before is the warm-up, whose checks do not count. */
  readonly fromMicros: number;
  /** A flow of several steps is over: how long it took from its intended start, us. */
  readonly onFlow: (startMicros: number, tookMicros: number, isWhole: boolean) => void;
}

/** The first step of every flow, at its time; each brings the next when it is answered. */
export function* flowSteps(
  arrivals: Iterable<Arrival>,
  options: FlowStepsOptions,
): Generator<Step, void, void> {
  for (const arrival of arrivals) yield new FlowRun(options, arrival).step(0, arrival.atMicros);
}

/** One caller on the way through a flow. */
class FlowRun {
  readonly #options: FlowStepsOptions;
  readonly #flow: CompiledFlow;
  readonly #startMicros: number;
  readonly #filling: Filling & { readonly saved: Map<string, Json> };
  readonly #headers: Headers | undefined;
  #isGood = false;

  constructor(options: FlowStepsOptions, { flow, call, atMicros, row: own, headers }: Arrival) {
    this.#options = options;
    this.#headers = headers;
    this.#flow = flow;
    this.#startMicros = atMicros;
    const draw = drawsOf(options.scenario.seed, call);
    const row = own ?? options.rowAt?.(call, draw);
    this.#filling = { call, draw, row, saved: new Map() };
  }

  step(index: number, intendedMicros: number): Step {
    const { call, operation } = this.#flow.steps[index];
    const { headers } = this.#options;
    let sent: ReturnType<CompiledCall["make"]> | undefined;
    return {
      intendedMicros,
      operation,
      session: 0,
      message: () => {
        sent = call.make(this.#filling);
        return sent.message;
      },
      parts: () => {
        const more = headers();
        const parts = sent?.parts;
        const own = this.#headers;
        return more || own ? { ...parts, headers: { ...more, ...parts?.headers, ...own } } : parts;
      },
      ...(this.#isJudged(call) && {
        judge: this.#judge(call, intendedMicros >= this.#options.fromMicros),
      }),
      answered: () => {
        this.#isGood = true;
      },
      ...(this.#flow.steps.length > 1 && { next: (now: number) => this.#next(index, now) }),
    };
  }

  #isJudged({ checks, save }: CompiledCall): boolean {
    return checks.length + save.size > 0 || this.#options.redirects !== undefined;
  }

  #judge(call: CompiledCall, isCounted: boolean) {
    const count = (what: string, answer: Answer) => {
      if (isCounted) this.#options.failedChecks.add(call.name, what, answer);
    };
    return (status: number, message: Uint8Array | undefined, head?: AnswerHead): number => {
      const { checks, read } = call;
      const isExpected = checks.some(({ isOfStatus }) => isOfStatus);
      if (isLoss(status) || (status !== 0 && !isExpected)) return status;
      if (head && isCounted && !isExpected) this.#options.redirects?.look(call.name, head);
      if (checks.length + call.save.size === 0) return status;
      const answer = read(status, message, head);
      const broken = firstBroken(checks, answer);
      if (broken) {
        count(broken.text, answer);
        return broken.isOfStatus && status !== 0 ? status : CHECK_FAILED;
      }
      for (const [variable, path] of call.save) {
        const value = savedFrom(answer, path);
        if (value === undefined) {
          count(`save ${variable} from ${path}`, answer);
          return CHECK_FAILED;
        }
        this.#filling.saved.set(variable, value);
      }
      return 0;
    };
  }

  /** A caller who was not answered well goes no further. */
  #next(index: number, nowMicros: number): Step | undefined {
    const isGood = this.#isGood;
    this.#isGood = false;
    const isLast = index + 1 === this.#flow.steps.length;
    if (isLast || !isGood) {
      this.#options.onFlow(this.#startMicros, nowMicros - this.#startMicros, isLast && isGood);
      return undefined;
    }
    const [least, most] = this.#flow.steps[index + 1].call.thinkMs;
    const thinkMs = least === most ? least : least + this.#filling.draw() * (most - least);
    return this.step(index + 1, nowMicros + thinkMs * 1000);
  }
}

/** Undefined: the answer does not have it, or can't be decoded. */
function savedFrom(answer: Answer, path: string): Json | undefined {
  try {
    const json = answer.json();
    return json === undefined ? undefined : valuesAt(json, path)[0];
  } catch {
    return undefined;
  }
}

/**
 * Fills a flow's calls with each row, the first of them, or once without any, so that what is wrong with them is told
 * before a run. Saved values are made up.
 */
export function tryOut(flow: CompiledFlow, seed: number, rows: readonly Json[] = []): void {
  if (rows.length === 0) tryOutWith(flow, seed, undefined);
  for (const [i, row] of rows.slice(0, MOST_TRIED).entries()) {
    try {
      tryOutWith(flow, seed, row);
    } catch (error) {
      const { message } = error as Error;
      throw new RangeError(`rows: row ${i + 1} of ${rows.length}: ${message}`, { cause: error });
    }
  }
}

function tryOutWith(flow: CompiledFlow, seed: number, row: Json | undefined): void {
  const draw = drawsOf(seed, 0);
  const saved = new Map<string, Json>();
  for (const { call } of flow.steps) {
    try {
      call.make({ call: 0, draw, row, saved });
    } catch (error) {
      const usesSaved = saved.size > 0 && !(error instanceof TemplateError);
      if (!usesSaved) throw error;
    }
    for (const name of call.save.keys()) saved.set(name, "0");
  }
}

/** As many rows, and calls of a trace, are filled before a run. */
const MOST_TRIED = 10_000;

/** Fills calls of a trace, the first of them, so that what is wrong with one is told before a run. */
export function tryOutTrace(arrivals: Iterable<Arrival>): void {
  for (const { call, flow, row, atMicros } of arrivals) {
    if (call >= MOST_TRIED) return;
    const [step] = flow.steps;
    try {
      step.call.make({ call, draw: () => 0, row, saved: new Map() });
    } catch (error) {
      const { message } = error as Error;
      const at = `${step.call.name} at ${atMicros / 1e6} s of the trace`;
      throw new RangeError(`${at}: ${message}`, { cause: error });
    }
  }
}
