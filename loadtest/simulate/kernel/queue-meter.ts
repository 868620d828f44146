/**
 * What passed a queue, and how long it stayed, without a stamp for each: the sum of the times of
 * leaving less that of the times of coming. Where it is empty, mean stay = sum / left (Little's
 * law holds it against the depth that is seen).
 */
export class QueueMeter {
  entered = 0;
  left = 0;
  #stays = 0;

  enter(at: number, count = 1): void {
    this.entered += count;
    this.#stays -= at * count;
  }

  leave(at: number, count = 1): void {
    this.left += count;
    this.#stays += at * count;
  }

  get held(): number {
    return this.entered - this.left;
  }

  /** us stayed by all until `now`, those still there included. */
  staysUntil(now: number): number {
    return this.#stays + this.held * now;
  }
}
