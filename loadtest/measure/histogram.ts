import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from "hdr-histogram-js";

export type { Histogram };

/** Longer times count as this one: an hour, far above any timeout. */
export const MAX_MICROS = 3_600_000_000;

/** Counts are doubles: exact up to 2^53, also after merging many generators. */
const COUNT_BITS = 64;

/**
 * An HDR histogram of microseconds: 3 significant digits from 1 us (exact below 2,048 us) to an hour.
 * All are of one shape, so that merging adds counts bucket by bucket and loses nothing.
 */
export function newHistogram(): Histogram {
  return build({
    bitBucketSize: COUNT_BITS,
    autoResize: false,
    lowestDiscernibleValue: 1,
    highestTrackableValue: MAX_MICROS,
    numberOfSignificantValueDigits: 3,
    useWebAssembly: false,
  });
}

/** Records a time in us; below 0 counts as 0, above an hour as an hour. */
export function record(histogram: Histogram, micros: number): void {
  histogram.recordValue(micros <= 0 ? 0 : micros >= MAX_MICROS ? MAX_MICROS : Math.round(micros));
}

/**
 * The time in us within which a share `q` (0 to 1) of all came; 0 when there are none. It is the upper end
 * of its bucket, at most 0.1% above: the same before and after a file, which holds buckets only.
 */
export function quantile(histogram: Histogram, q: number): number {
  return histogram.totalCount === 0 ? 0 : histogram.getValueAtPercentile(q * 100);
}

/** The histogram of everything in `histograms`. */
export function mergeHistograms(histograms: readonly Histogram[]): Histogram {
  const merged = newHistogram();
  for (const histogram of histograms) merged.add(histogram);
  return merged;
}

/** The standard text form (V2, deflated, base64), which HdrHistogram tools in other languages read. */
export function encodeHistogram(histogram: Histogram): string {
  return encodeIntoCompressedBase64(histogram);
}

/** The inverse of `encodeHistogram`. Throws on text that is no histogram. */
export function decodeHistogram(text: string): Histogram {
  const decoded = decodeFromCompressedBase64(text, COUNT_BITS, false);
  const histogram = newHistogram();
  histogram.add(decoded);
  return histogram;
}
