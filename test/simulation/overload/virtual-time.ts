import { EventQueue } from "../../../loadtest/simulate/kernel/event-queue.ts";

/** What is to happen, and when; time passes by doing it. */
export class VirtualTime {
  nowMs = 0;
  readonly #queue = new EventQueue();
  readonly #acts = new Map<number, () => void>();
  #next = 0;

  after(ms: number, act: () => void): void {
    const id = this.#next++;
    this.#acts.set(id, act);
    this.#queue.add(this.nowMs + ms, 0, 0, id);
  }

  runUntil(endMs: number): void {
    while (this.#queue.nextTime <= endMs && this.#queue.take()) {
      this.nowMs = this.#queue.time;
      const act = this.#acts.get(this.#queue.value);
      this.#acts.delete(this.#queue.value);
      act?.();
    }
    this.nowMs = endMs;
  }
}
