import type {
  DegradedReason,
  Entry,
  WatchTimelineRequest,
  WatchTimelineResponse,
} from "#gen/timeline/v1/timeline.ts";
import type { Call } from "../../platform/grpc/call.ts";

/** WatchTimeline as the test plays it: it sends what is pushed, until it is ended. */
export class ScriptedWatch {
  readonly requests: WatchTimelineRequest[] = [];
  readonly cancelled = Promise.withResolvers<void>();
  readonly #messages: WatchTimelineResponse[] = [];
  #isEnded = false;
  #wake = Promise.withResolvers<void>();

  push(entries: Entry[], degraded: DegradedReason[] = [], resumeCursor?: string): void {
    this.#messages.push({ entries, degraded, ...(resumeCursor && { resumeCursor }) });
    this.#wake.resolve();
  }

  end(): void {
    this.#isEnded = true;
    this.#wake.resolve();
  }

  serve(request: WatchTimelineRequest, call: Call): AsyncIterable<WatchTimelineResponse> {
    this.requests.push(request);
    call.signal.addEventListener("abort", () => {
      this.cancelled.resolve();
      this.end();
    });
    return this.#play();
  }

  async *#play() {
    while (!this.#isEnded || this.#messages.length > 0) {
      const message = this.#messages.shift();
      if (message !== undefined) yield message;
      else await this.#wake.promise;
      if (this.#messages.length === 0 && !this.#isEnded) this.#wake = Promise.withResolvers();
    }
  }
}

/** An entry of person 2 with this id and a cursor that names it. */
export function entry(postId: bigint): Entry {
  return { postId, authorId: 2n, cursor: `c${postId}`, reasons: [] };
}
