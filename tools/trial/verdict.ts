/** A post that was acknowledged: whose, and the text, which no other has. */
export interface Acknowledged {
  readonly author: string;
  readonly postId: string;
  readonly text: string;
}

/** One entry of a viewer's whole timeline. */
export interface Shown {
  readonly postId: string;
  readonly text: string;
}

export interface Verdict {
  /** Acknowledged, and on the timeline of not every friend. */
  readonly lost: readonly string[];
  /** On a timeline twice, or its text there under two ids. */
  readonly repeated: readonly string[];
  /** Timelines that do not fall strictly. */
  readonly disordered: readonly string[];
  readonly entries: number;
}

/** Holds what was acknowledged against what everybody sees, who are all friends. */
export function judge(
  acknowledged: readonly Acknowledged[],
  timelines: ReadonlyMap<string, readonly Shown[]>,
): Verdict {
  const verdict = {
    lost: new Set<string>(),
    repeated: new Set<string>(),
    disordered: [] as string[],
  };
  let entries = 0;
  for (const [viewer, shown] of timelines) {
    entries += shown.length;
    const ids = new Set(shown.map(({ postId }) => postId));
    for (const { author, postId } of acknowledged) {
      if (author !== viewer && !ids.has(postId)) verdict.lost.add(postId);
    }
    const texts = new Set<string>();
    for (const { postId, text } of shown) {
      if (texts.has(text)) verdict.repeated.add(postId);
      texts.add(text);
    }
    const falls = shown.every(
      ({ postId }, i) => i === 0 || BigInt(postId) < BigInt(shown[i - 1].postId),
    );
    if (!falls) verdict.disordered.push(viewer);
  }
  return {
    lost: [...verdict.lost],
    repeated: [...verdict.repeated],
    disordered: verdict.disordered,
    entries,
  };
}
