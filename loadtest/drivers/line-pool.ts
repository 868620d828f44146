import type { Call, Done, MicroClock } from "./driver.ts";

/** Why a call could not be written now; a closed line takes none until it is open again. */
export type Refusal = "slot" | "flow" | "closed";

type Cancel = () => void;

/** One connection as the pool sees it. */
export interface Line {
  /** Writes the call now and returns how to give it up; or says what it has to wait for. */
  tryWrite(call: Call, done: Done): Cancel | Refusal;
}

interface Waiter {
  readonly call: Call;
  readonly done: Done;
  readonly slotBefore: number;
  readonly flowBefore: number;
}

const UNAVAILABLE = 14;

/**
 * Spreads calls over lines, round robin past those without room; when none has room, calls wait in the
 * order they came, and when all are closed they fail at once. What they wait for is charged exactly:
 * the pool runs two stopwatches, the time its first waiter was kept by stream slots and by flow control,
 * and a call's share is what they advanced while it waited.
 */
export class LinePool {
  readonly #lines: readonly Line[];
  readonly #clock: MicroClock;
  readonly #waiting = new Map<Call, Waiter>();
  readonly #cancels = new Map<Call, Cancel>();
  readonly #kept = { slot: 0, flow: 0 };
  #turn = 0;
  #blocked: "slot" | "flow" | undefined;
  #blockedSince = 0;

  constructor(lines: readonly Line[], clock: MicroClock) {
    this.#lines = lines;
    this.#clock = clock;
  }

  send(call: Call, done: Done): void {
    if (this.#waiting.size === 0 && this.#settled(call, done)) return;
    this.#tick();
    const { slot, flow } = this.#kept;
    this.#waiting.set(call, { call, done, slotBefore: slot, flowBefore: flow });
  }

  /** To be called whenever a line may have room again, was opened or was closed. */
  roomMade(): void {
    if (this.#waiting.size === 0) return;
    this.#tick();
    for (const waiter of this.#waiting.values()) {
      this.#charge(waiter);
      if (!this.#settled(waiter.call, waiter.done)) return;
      this.#waiting.delete(waiter.call);
    }
    this.#blocked = undefined;
  }

  cancel(call: Call): void {
    const waiter = this.#waiting.get(call);
    if (waiter) {
      this.#tick();
      this.#charge(waiter);
      this.#waiting.delete(call);
      if (this.#waiting.size === 0) this.#blocked = undefined;
    }
    const cancel = this.#cancels.get(call);
    this.#cancels.delete(call);
    cancel?.();
  }

  /** Written, or failed because every line is closed. */
  #settled(call: Call, done: Done): boolean {
    const refusal = this.#write(call, done);
    if (refusal === undefined) return true;
    if (refusal === "closed") {
      done(UNAVAILABLE, undefined);
      return true;
    }
    if (this.#blocked === undefined) this.#blockedSince = this.#clock.nowMicros();
    this.#blocked = refusal;
    return false;
  }

  #write(call: Call, done: Done): Refusal | undefined {
    let over = false;
    const finish: Done = (status, message) => {
      over = true;
      this.#cancels.delete(call);
      done(status, message);
    };
    let refusal: Refusal = "closed";
    for (let tried = 0; tried < this.#lines.length; tried++) {
      const line = this.#lines[this.#turn]!;
      this.#turn = (this.#turn + 1) % this.#lines.length;
      const result = line.tryWrite(call, finish);
      if (typeof result === "function") {
        if (!over) this.#cancels.set(call, result);
        return undefined;
      }
      if (result !== "closed") refusal = result;
    }
    return refusal;
  }

  /** Brings the stopwatches up to now. */
  #tick(): void {
    if (this.#blocked === undefined) return;
    const now = this.#clock.nowMicros();
    this.#kept[this.#blocked] += now - this.#blockedSince;
    this.#blockedSince = now;
  }

  #charge({ call, slotBefore, flowBefore }: Waiter): void {
    call.slotWaitMicros = this.#kept.slot - slotBefore;
    call.flowWaitMicros = this.#kept.flow - flowBefore;
  }
}
