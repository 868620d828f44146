import { type PostResult, PostStatus } from "#gen/post/v1/post.ts";
import type { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import { present } from "../../../services/model/invariant.ts";
import type { ShownEntry, ShownPage, Viewing } from "../viewing/viewing.ts";

interface Stream {
  readonly viewer: number;
  readonly messages: { readonly entries: readonly ShownEntry[] }[];
  end: "open" | "ended" | "failed";
  wake: () => void;
}

/** Timelines that do as told, right or wrong. */
export class ModelViewing implements Viewing {
  /** What pages name as missing. */
  degraded: readonly DegradedReason[] = [];
  /** The last thing that is done to a page before it is shown. */
  change: (page: ShownPage, viewer: number) => ShownPage = (page) => page;
  /** Streams, pages and posts do not answer. */
  isDown = false;
  /** Cursors that streams were opened with. */
  readonly cursors: string[] = [];
  readonly texts = new Map<bigint, { readonly author: number; readonly text: string }>();
  isClosed = false;
  /** By viewer, newest first. */
  readonly #timelines = new Map<number, ShownEntry[]>();
  #streams: Stream[] = [];

  /** An entry becomes readable, on the timeline and on its streams. */
  deliver(viewer: number, postId: bigint, author: number): void {
    this.insert(viewer, postId, author);
    this.send(viewer, postId, author);
  }

  /** On the timeline alone. */
  insert(viewer: number, postId: bigint, author: number): void {
    const entries = this.#timeline(viewer);
    entries.push(entryOf(postId, author));
    entries.sort((a, b) => (a.postId > b.postId ? -1 : 1));
  }

  /** On the streams alone. */
  send(viewer: number, postId: bigint, author: number): void {
    for (const stream of this.#streams) {
      if (stream.viewer !== viewer) continue;
      stream.messages.push({ entries: [entryOf(postId, author)] });
      stream.wake();
    }
  }

  remove(viewer: number, postId: bigint): void {
    const kept = this.#timeline(viewer).filter((entry) => entry.postId !== postId);
    this.#timelines.set(viewer, kept);
  }

  endStreams(end: "ended" | "failed"): void {
    for (const stream of this.#streams) {
      stream.end = end;
      stream.wake();
    }
  }

  async *watch(viewer: number, resumeCursor: string, signal: AbortSignal) {
    this.cursors.push(resumeCursor);
    if (this.isDown) throw new Error("down");
    const newest = this.#timeline(viewer).filter(
      ({ cursor }) => Number(cursor) > Number(resumeCursor),
    );
    const stream: Stream = { viewer, messages: [{ entries: newest }], end: "open", wake: () => {} };
    this.#streams.push(stream);
    signal.addEventListener("abort", () => {
      stream.end = "failed";
      stream.wake();
    });
    try {
      for (;;) {
        const message = stream.messages.shift();
        if (message) yield message;
        else if (stream.end === "ended") return;
        else if (stream.end === "failed") throw new Error("the stream failed");
        else {
          await new Promise<void>((resolve) => {
            stream.wake = resolve;
          });
        }
      }
    } finally {
      this.#streams = this.#streams.filter((other) => other !== stream);
    }
  }

  async page(viewer: number, limit: number, pageToken: string): Promise<ShownPage> {
    if (this.isDown) throw new Error("down");
    const all = this.#timeline(viewer);
    const below = all.filter(({ postId }) => pageToken === "" || postId < BigInt(pageToken));
    const entries = below.slice(0, limit);
    const nextPageToken = below.length > limit ? present(entries.at(-1)).cursor : "";
    return this.change({ entries, nextPageToken, degraded: this.degraded }, viewer);
  }

  readonly posts = async (ids: readonly bigint[]): Promise<readonly PostResult[]> => {
    if (this.isDown) throw new Error("down");
    return ids.map((postId) => {
      const known = this.texts.get(postId);
      if (!known) return { postId, status: PostStatus.UNKNOWN, post: undefined };
      const post = { ...NO_POST, postId, authorId: BigInt(known.author), text: known.text };
      return { postId, status: PostStatus.FOUND, post };
    });
  };

  close(): void {
    this.isClosed = true;
  }

  #timeline(viewer: number): ShownEntry[] {
    const entries = this.#timelines.get(viewer) ?? [];
    this.#timelines.set(viewer, entries);
    return entries;
  }
}

const NO_POST = { createTimeMs: 0n, client: "", device: "", place: undefined, deleted: false };

function entryOf(postId: bigint, author: number): ShownEntry {
  return { postId, authorId: BigInt(author), cursor: String(postId) };
}
