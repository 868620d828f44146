/** A fan-out list in the order that the log needs: ascending, each viewer once. */
export interface ViewerList {
  /** Pairs of halves, low first. */
  readonly viewers: Uint32Array;
  readonly count: number;
  /** Viewers that the list named again. */
  readonly repeats: number;
}

/** The list itself when it is in order, as it usually is; else a sorted copy. */
export function inOrder(viewers: Uint32Array): ViewerList {
  const count = viewers.length >>> 1;
  if (isAscending(viewers, count)) return { viewers, count, repeats: 0 };
  const ids = new BigUint64Array(count);
  const halves = new Uint32Array(ids.buffer);
  halves.set(viewers.subarray(0, 2 * count));
  ids.sort();
  let kept = 0;
  for (let i = 0; i < count; i++) {
    if (kept === 0 || ids[i] !== ids[kept - 1]) ids[kept++] = ids[i];
  }
  return { viewers: halves, count: kept, repeats: count - kept };
}

function isAscending(viewers: Uint32Array, count: number): boolean {
  let lastLow = viewers[0];
  let lastHigh = viewers[1];
  for (let i = 2; i < 2 * count; i += 2) {
    const low = viewers[i];
    const high = viewers[i + 1];
    if (high < lastHigh || (high === lastHigh && low <= lastLow)) return false;
    lastLow = low;
    lastHigh = high;
  }
  return true;
}
