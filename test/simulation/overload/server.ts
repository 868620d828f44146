import { Admission } from "../../../services/platform/admission/admission.ts";
import type { Holder } from "../../../services/platform/admission/holders.ts";
import type { Priority } from "../../../services/platform/admission/priority.ts";
import type { MethodTimes } from "../../../services/platform/admission/service-times.ts";
import type { VirtualTime } from "./virtual-time.ts";

export interface ServerShape {
  /** CPU of a call, one after another: the mean of an exponential, ms. */
  readonly cpuMs: number;
  /** What a call waits for besides, all at once: the mean of an exponential, ms. */
  readonly waitMs?: number;
  /** CPU of refusing one, ms. */
  readonly refusalMs: number;
  /** False: whoever comes is served. */
  readonly isAdmitting: boolean;
}

export interface SimulatedCall {
  readonly priority: Priority;
  readonly holders?: readonly Holder[];
  readonly answered: (isOk: boolean) => void;
}

/** One process: an event loop that does one thing after another, behind the admission of the platform. */
export class SimulatedServer {
  /** Times what its calls wait for. */
  slowness = 1;
  readonly #time: VirtualTime;
  readonly #random: () => number;
  readonly #shape: ServerShape;
  readonly #admission: Admission | undefined;
  readonly #times: MethodTimes | undefined;
  #busyUntilMs = 0;
  #blindUntilMs = 0;
  /** All that it was given to do. */
  #workMs = 0;

  constructor(time: VirtualTime, random: () => number, shape: ServerShape) {
    this.#time = time;
    this.#random = random;
    this.#shape = shape;
    if (shape.isAdmitting) this.#admission = new Admission({ busyMs: () => this.#busyMs });
    this.#times = this.#admission?.limit.method();
  }

  get #busyMs(): number {
    return this.#workMs - Math.max(0, this.#busyUntilMs - this.#time.nowMs);
  }

  /** It does nothing for so long, nor sees who comes meanwhile. */
  stall(ms: number): void {
    this.#blindUntilMs = this.#time.nowMs + this.#work(ms);
  }

  call(call: SimulatedCall): void {
    const blindMs = this.#blindUntilMs - this.#time.nowMs;
    if (blindMs > 0) this.#time.after(blindMs, () => this.#seen(call));
    else this.#seen(call);
  }

  #seen({ priority, holders = [], answered }: SimulatedCall): void {
    const admission = this.#admission;
    const { cpuMs, refusalMs, waitMs = 0 } = this.#shape;
    const { nowMs } = this.#time;
    admission?.look(nowMs);
    if (admission?.refusal(priority, holders)) {
      this.#time.after(this.#work(refusalMs), () => answered(false));
      return;
    }
    admission?.enter(holders);
    const tookMs = this.#work(this.#exponential(cpuMs)) + this.#exponential(waitMs) * this.slowness;
    this.#time.after(tookMs, () => {
      admission?.leave(holders, this.#times, this.#time.nowMs - nowMs);
      answered(true);
    });
  }

  /** Does something after all that is to be done; ms until it is done. */
  #work(ms: number): number {
    const { nowMs } = this.#time;
    this.#workMs += ms;
    this.#busyUntilMs = Math.max(nowMs, this.#busyUntilMs) + ms;
    return this.#busyUntilMs - nowMs;
  }

  #exponential(meanMs: number): number {
    return meanMs === 0 ? 0 : -meanMs * Math.log(1 - this.#random());
  }
}
