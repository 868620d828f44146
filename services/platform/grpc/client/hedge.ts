import type { Clock } from "../../clock/clock.ts";
import type { CallOptions } from "../call.ts";

export interface HedgePolicy {
  /** A call that is slower than this part of all is asked a second time. */
  readonly quantile: number;
  /** What one call gives to the budget; a second one takes 1 of it. */
  readonly tokensPerCall: number;
  readonly maxTokens: number;
  /** Calls before the first that is asked twice: until then nobody knows what is slow. */
  readonly minCalls: number;
}

export const DEFAULT_HEDGE: HedgePolicy = {
  quantile: 0.95,
  tokensPerCall: 0.05,
  maxTokens: 10,
  minCalls: 100,
};

type Unary<Req, Res> = (request: Req, options?: CallOptions) => Promise<Res>;

/**
 * Asks a second time, most likely another replica, when the answer is late for one of its kind, and takes
 * whichever comes first ("The Tail at Scale"). For calls that may be done twice. At most a twentieth of the calls
 * are asked twice, so whoever is slow because of too many calls gets few more.
 */
export function hedged<Req, Res>(
  call: Unary<Req, Res>,
  clock: Clock,
  policy: HedgePolicy = DEFAULT_HEDGE,
): Unary<Req, Res> {
  const usual = new UsualTime(policy);
  return async (request, options) => {
    const startedMs = clock.monotonicMs();
    usual.begun();
    const race = new Race(call, request, options);
    const waited = race.waitUnlessDone(clock, usual.lateMs);
    race.ask();
    void waited.then((isLate) => {
      if (isLate && usual.takeToken()) race.ask();
    });
    const answer = await race.answer;
    usual.took(clock.monotonicMs() - startedMs);
    return answer;
  };
}

/** One request, asked once or twice. */
class Race<Req, Res> {
  readonly #call: Unary<Req, Res>;
  readonly #request: Req;
  readonly #options: CallOptions | undefined;
  readonly #answer = Promise.withResolvers<Res>();
  /** Ends whatever is not needed any more: the wait, and the call that came second. */
  readonly #done = new AbortController();
  #asked = 0;
  #failed = 0;

  constructor(call: Unary<Req, Res>, request: Req, options: CallOptions | undefined) {
    this.#call = call;
    this.#request = request;
    this.#options = options;
  }

  get answer(): Promise<Res> {
    return this.#answer.promise;
  }

  ask(): void {
    this.#asked++;
    const signals = [this.#done.signal, ...(this.#options?.signal ? [this.#options.signal] : [])];
    const signal = signals.length === 1 ? signals[0] : AbortSignal.any(signals);
    this.#call(this.#request, { ...this.#options, signal }).then(
      (answer) => this.#end(() => this.#answer.resolve(answer)),
      (error) => {
        // While the other may still answer its failure is the one to tell.
        if (++this.#failed === this.#asked) this.#end(() => this.#answer.reject(error));
      },
    );
  }

  async waitUnlessDone(clock: Clock, ms: number): Promise<boolean> {
    if (ms === Infinity) return false;
    return clock.delay(ms, this.#done.signal).then(
      () => true,
      () => false,
    );
  }

  #end(settle: () => void): void {
    settle();
    this.#done.abort();
  }
}

/** What such calls take, and how many may be asked twice now. */
class UsualTime {
  readonly #policy: HedgePolicy;
  #quantileMs = 0;
  #calls = 0;
  #tokens: number;

  constructor(policy: HedgePolicy) {
    this.#policy = policy;
    this.#tokens = policy.maxTokens;
  }

  /** After so long a call is late, ms. */
  get lateMs(): number {
    return this.#calls < this.#policy.minCalls ? Infinity : this.#quantileMs;
  }

  begun(): void {
    const { tokensPerCall, maxTokens } = this.#policy;
    this.#tokens = Math.min(maxTokens, this.#tokens + tokensPerCall);
  }

  takeToken(): boolean {
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  /** Moves the estimate up by q or down by 1 - q of a step: it rests where that balances. */
  took(ms: number): void {
    this.#calls++;
    const { quantile, minCalls } = this.#policy;
    if (this.#calls === 1) this.#quantileMs = ms;
    const step = Math.max(this.#quantileMs, 0.1) * (this.#calls < minCalls ? 0.5 : 0.05);
    this.#quantileMs += ms > this.#quantileMs ? step * quantile : -step * (1 - quantile);
  }
}
