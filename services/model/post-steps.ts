/** What happens to a post on its way, in the order in which it should. */
export const STEPS = [
  // It is durable, and its author is told so.
  "stored",
  // The bus has confirmed its event.
  "relayed",
  // A worker has it in hand.
  "taken",
  // It is not pushed: its readers fetch it.
  "left-to-readers",
  // Its author's friends are known: so many.
  "cut",
  // There are so many friends that chunks of them go on by themselves.
  "chunked",
  // An owner takes nothing now: so many viewers wait in a queue of their own.
  "parked",
  // An owner has logged it for so many viewers, and they can read it.
  "appended",
  // A worker is done: it is durable on every timeline that it had to bring it to.
  "delivered",
  // A worker gave it up: it is a dead letter now.
  "given-up",
] as const;
export type Step = (typeof STEPS)[number];

/** A step of one post, seen by one process. */
export interface NotedStep {
  readonly step: Step;
  /** By the clock of that process, ms since the Unix epoch. */
  readonly timeMs: number;
  /** Viewers, where the step is about some. */
  readonly count: number;
  /** It is the deletion that came so far, not the post. */
  readonly isDeletion: boolean;
}

const CAPACITY = 65_536;
const DELETION_BIT = 0x80;
const NUMBERS = Object.fromEntries(STEPS.map((step, i) => [step, i])) as Record<Step, number>;

/**
 * The newest steps of all posts that one process saw, in memory of a fixed size (1.4 MB): for whoever asks what
 * became of a post a moment ago. Nothing is allocated for a step.
 */
export class PostSteps {
  readonly #posts: BigUint64Array;
  readonly #times: Float64Array;
  readonly #counts: Uint32Array;
  readonly #steps: Uint8Array;
  readonly #sinceMs: number;
  #next = 0;
  #isFull = false;

  constructor(nowMs: number, capacity = CAPACITY) {
    this.#posts = new BigUint64Array(capacity);
    this.#times = new Float64Array(capacity);
    this.#counts = new Uint32Array(capacity);
    this.#steps = new Uint8Array(capacity);
    this.#sinceMs = nowMs;
  }

  /** What came before is known no more, ms since the Unix epoch. */
  get sinceMs(): number {
    return this.#isFull ? this.#times[this.#next] : this.#sinceMs;
  }

  /** The step takes the place of the oldest one that is kept. */
  note(
    step: Step,
    { postId, deleted = false }: { readonly postId: bigint; readonly deleted?: boolean },
    timeMs: number,
    count = 0,
  ): void {
    const at = this.#next;
    this.#posts[at] = postId;
    this.#times[at] = timeMs;
    this.#counts[at] = count;
    this.#steps[at] = NUMBERS[step] | (deleted ? DELETION_BIT : 0);
    this.#next = at + 1 === this.#posts.length ? 0 : at + 1;
    if (this.#next === 0) this.#isFull = true;
  }

  /** All that is kept of one post, oldest first. */
  of(postId: bigint): readonly NotedStep[] {
    const found: NotedStep[] = [];
    const capacity = this.#posts.length;
    const kept = this.#isFull ? capacity : this.#next;
    const first = this.#isFull ? this.#next : 0;
    for (let i = 0; i < kept; i++) {
      const at = (first + i) % capacity;
      if (this.#posts[at] === postId) found.push(this.#noted(at));
    }
    return found;
  }

  #noted(at: number): NotedStep {
    return {
      step: STEPS[this.#steps[at] & ~DELETION_BIT],
      timeMs: this.#times[at],
      count: this.#counts[at],
      isDeletion: (this.#steps[at] & DELETION_BIT) !== 0,
    };
  }
}

/** Takes down that a post has come so far, now. */
export type NoteStep = (
  step: Step,
  post: { readonly postId: bigint; readonly deleted?: boolean },
  count?: number,
) => void;

/** The times are those of this clock. */
export function notedIn(steps: PostSteps, clock: { nowMs(): number }): NoteStep {
  return (step, post, count) => steps.note(step, post, clock.nowMs(), count);
}

/** For a process that shows no steps. */
export const NOTE_NOTHING: NoteStep = () => {};

/** Where a process shows its steps, beside its metrics, and what it answers. */
export const STEPS_PATH = "/steps";

export interface StepsAnswer {
  readonly since_ms: number;
  readonly steps: readonly {
    readonly step: Step;
    readonly time_ms: number;
    readonly count: number;
    readonly deletion: boolean;
  }[];
}

/** GET /steps?post=ID. Undefined: the query names no post. */
export function answerSteps(steps: PostSteps, query: URLSearchParams): StepsAnswer | undefined {
  const post = query.get("post") ?? "";
  if (!/^\d{1,19}$/.test(post)) return undefined;
  return {
    since_ms: steps.sinceMs,
    steps: steps.of(BigInt(post)).map(({ step, timeMs, count, isDeletion }) => ({
      step,
      time_ms: timeMs,
      count,
      deletion: isDeletion,
    })),
  };
}
