import type { Admission } from "../../../platform/admission/admission.ts";
import type { Holder } from "../../../platform/admission/holders.ts";
import type { MethodTimes } from "../../../platform/admission/service-times.ts";
import { type Listed, NOWHERE, Roster } from "../../../platform/memory/roster.ts";

interface Place {
  readonly holders: readonly Holder[];
  readonly times: MethodTimes;
  readonly startedMs: number;
}

/** The requests that have a place. */
export class HeldPlaces {
  readonly #admission: Admission;
  readonly #held = new Roster<HeldPlace>();

  constructor(admission: Admission) {
    this.#admission = admission;
  }

  take(place: Place): HeldPlace {
    const held = new HeldPlace(this.#admission, place, () => this.#held.delete(held));
    this.#held.add(held);
    return held;
  }

  /** Those that wait for another service keep out no request to another route. */
  look(nowMs: number): void {
    for (const held of this.#held) held.look(nowMs);
  }
}

/** A request's place: until its answer is ready, or its caller has gone. */
export class HeldPlace implements Listed {
  place = NOWHERE;
  readonly #admission: Admission;
  readonly #onEnd: () => void;
  #place: Place | undefined;
  #isWaiting = false;

  constructor(admission: Admission, place: Place, onEnd: () => void) {
    this.#admission = admission;
    this.#place = place;
    this.#onEnd = onEnd;
    admission.enter(place.holders, place.times);
  }

  look(nowMs: number): void {
    const place = this.#place;
    if (!place || this.#isWaiting) return;
    if (!this.#admission.limit.isElsewhere(place.startedMs, nowMs)) return;
    this.#isWaiting = true;
    this.#admission.wait(place.holders, place.times);
  }

  /** Its answer is ready. */
  leave(): void {
    const place = this.#take();
    if (place) this.#admission.leave(place.holders, place.times, tookOf(place));
  }

  /** Its caller has gone before. */
  giveUp(): void {
    const place = this.#take();
    if (place) this.#admission.giveUp(place.holders, place.times, tookOf(place));
  }

  #take(): Place | undefined {
    const place = this.#place;
    this.#place = undefined;
    if (!place) return undefined;
    if (this.#isWaiting) this.#admission.goOn(place.holders, place.times);
    this.#onEnd();
    return place;
  }
}

function tookOf({ startedMs }: Place): number {
  return performance.now() - startedMs;
}
