/**
 * The memory that the main loop and the pacer thread share: a ring of announced times, and four words.
 * The main loop alone writes times and WRITTEN; the thread alone writes TAKEN and WOKEN.
 */
/** A power of two, so that a position stays right when its counter wraps round. */
export const RING_TIMES = 4_096;

export const WORD = {
  /** Times announced so far. The thread sleeps on it when it knows of none. */
  written: 0,
  /** Times that have come so far. */
  taken: 1,
  /** Grows when something is due. The main loop waits on it. */
  woken: 2,
  stop: 3,
} as const;

export interface AlarmRing {
  readonly words: Int32Array<SharedArrayBuffer>;
  /** Milliseconds on the monotonic clock of the process (hrtime), which all its threads read. */
  readonly times: Float64Array<SharedArrayBuffer>;
}

const WORD_BYTES = 64;

export function newRingMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(WORD_BYTES + RING_TIMES * Float64Array.BYTES_PER_ELEMENT);
}

export function ringIn(memory: SharedArrayBuffer): AlarmRing {
  return {
    words: new Int32Array(memory, 0, Object.keys(WORD).length),
    times: new Float64Array(memory, WORD_BYTES, RING_TIMES),
  };
}
