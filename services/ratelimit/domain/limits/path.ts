/** A node's name: segments from the root, as in "fleet/host-7/vm-3". */
export type LimitPath = string;

export const MAX_DEPTH = 8;
export const MAX_SEGMENT_CHARACTERS = 64;
/** As a segment of a limit's path: whatever has no limit of its own beside it. */
export const ANY = "*";

const SEGMENT = /^[A-Za-z0-9_.:@=-]+$/;

/** What is wrong with a path; undefined: nothing. `isPattern`: "*" may be a segment. */
export function pathProblem(path: string, isPattern: boolean): string | undefined {
  const segments = path.split("/");
  if (segments.length > MAX_DEPTH) return `has ${segments.length} segments, at most ${MAX_DEPTH}`;
  for (const segment of segments) {
    if (segment.length > MAX_SEGMENT_CHARACTERS) {
      return `has a segment of ${segment.length} characters, at most ${MAX_SEGMENT_CHARACTERS}`;
    }
    if (!SEGMENT.test(segment) && !(isPattern && segment === ANY)) {
      return `has the segment "${segment}": use 1 or more of A-Z a-z 0-9 _ . : @ = -`;
    }
  }
  return segments[0] === ANY ? 'begins with "*": a root has a name' : undefined;
}

/** The path and all above it, the root first. */
export function lineageOf(path: LimitPath): readonly LimitPath[] {
  const segments = path.split("/");
  return segments.map((_, i) => segments.slice(0, i + 1).join("/"));
}
