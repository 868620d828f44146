/** A node's name: segments from the root, as in "fleet/host-7/vm-3". */
export type LimitPath = string;

export const MAX_DEPTH = 8;
export const MAX_SEGMENT_CHARACTERS = 64;
/** As a segment of a limit's path, or behind a key: whatever has no limit of its own beside it. */
const ANY = "*";

const SEGMENT = /^[A-Za-z0-9_.:@=%-]+$/;
const PATTERN = /^([A-Za-z0-9_.:@%-]+=)?\*$/;

/** What is wrong with a path; undefined: nothing. `isPattern`: "*" may be a segment. */
export function pathProblem(path: string, isPattern: boolean): string | undefined {
  const segments = path.split("/");
  if (segments.length > MAX_DEPTH) return `has ${segments.length} segments, at most ${MAX_DEPTH}`;
  for (const segment of segments) {
    if (segment.length > MAX_SEGMENT_CHARACTERS) {
      return `has a segment of ${segment.length} characters, at most ${MAX_SEGMENT_CHARACTERS}`;
    }
    if (!SEGMENT.test(segment) && !(isPattern && PATTERN.test(segment))) {
      return `has the segment "${segment}": use 1 or more of A-Z a-z 0-9 _ . : @ = % -`;
    }
  }
  return segments[0].endsWith(ANY) ? 'begins with "*": a root has a name' : undefined;
}

/** What may stand for a segment in a pattern: itself, "key=*" of "key=value", "*". */
export function patternsOf(segment: string): readonly string[] {
  const at = segment.indexOf("=");
  return at < 0 ? [segment, ANY] : [segment, `${segment.slice(0, at)}=${ANY}`, ANY];
}

/** The path and all above it, the root first. */
export function lineageOf(path: LimitPath): readonly LimitPath[] {
  const segments = path.split("/");
  return segments.map((_, i) => segments.slice(0, i + 1).join("/"));
}

/** The topmost node of a path. */
export function rootOf(path: LimitPath): LimitPath {
  return path.split("/", 1)[0];
}
