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
  /** Of each `everyMs` it is stopped for the first `stoppedMs`, as a process with a part of a core. */
  readonly slice?: { readonly everyMs: number; readonly stoppedMs: number };
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

  /** Busy for so much CPU with something else, it sees nobody who comes meanwhile. */
  stall(ms: number): void {
    this.#blindUntilMs = this.#time.nowMs + this.#work(ms);
  }

  call(call: SimulatedCall): void {
    const { nowMs } = this.#time;
    const blindMs = Math.max(this.#blindUntilMs, this.#ranFrom(nowMs)) - nowMs;
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
  #work(cpuMs: number): number {
    const { nowMs } = this.#time;
    const fromMs = Math.max(nowMs, this.#busyUntilMs);
    this.#busyUntilMs = this.#ranAfter(fromMs, cpuMs);
    this.#workMs += this.#busyUntilMs - fromMs;
    return this.#busyUntilMs - nowMs;
  }

  /** When it has had so much CPU, from a moment on. */
  #ranAfter(fromMs: number, cpuMs: number): number {
    const { slice } = this.#shape;
    if (!slice) return fromMs + cpuMs;
    const ranMs = slice.everyMs - slice.stoppedMs;
    const startMs = this.#ranFrom(fromMs);
    const sliceMs = startMs - (startMs % slice.everyMs);
    const behindMs = startMs - sliceMs - slice.stoppedMs + cpuMs;
    const slices = Math.floor(behindMs / ranMs);
    return sliceMs + slices * slice.everyMs + slice.stoppedMs + (behindMs - slices * ranMs);
  }

  /** The next moment, or this one, at which it is not stopped. */
  #ranFrom(ms: number): number {
    const { everyMs = 1, stoppedMs = 0 } = this.#shape.slice ?? {};
    return ms + Math.max(0, stoppedMs - (ms % everyMs));
  }

  #exponential(meanMs: number): number {
    return meanMs === 0 ? 0 : -meanMs * Math.log(1 - this.#random());
  }
}
