import type { Send } from "./one-retry.ts";
import type { Acknowledged, Shown } from "./verdict.ts";

export interface Person {
  readonly id: string;
  readonly token: string;
}

export interface PeopleOptions {
  readonly people: readonly Person[];
  readonly send: Send;
  /** Between two acts of one person, ms. */
  readonly pauseMs: number;
  readonly delay: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/** What people did. */
export class Deeds {
  readonly acknowledged: Acknowledged[] = [];
  /** How long each page took until it was there, ms, retries and all. */
  readonly pagesMs: number[] = [];
  /** The longest that anybody waited for an answer, ms, retries and all. */
  slowestMs = 0;
  /** The longest in which nobody's post was acknowledged, ms. */
  longestGapMs = 0;
  #lastMs: number | undefined;

  posted(post: Acknowledged, nowMs: number): void {
    this.acknowledged.push(post);
    this.longestGapMs = Math.max(this.longestGapMs, nowMs - (this.#lastMs ?? nowMs));
    this.#lastMs = nowMs;
  }

  waited(ms: number): void {
    this.slowestMs = Math.max(this.slowestMs, ms);
  }

  get reads(): number {
    return this.pagesMs.length;
  }
}

/** Long texts: disks are to fill up. */
const TEXT_BYTES = 800;
const PAGE = 200;
const MAX_PAGES = 500;

export const json = ({ token }: Person, body: object): RequestInit => ({
  method: "POST",
  headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
  body: JSON.stringify(body),
});
export const asked = ({ token }: Person): RequestInit => ({
  headers: { authorization: `Bearer ${token}` },
});

/** Everybody posts and reads, one act after the other, until `signal`; `deeds` grows meanwhile. */
export async function live(options: PeopleOptions, deeds: Deeds): Promise<void> {
  const { people, send, pauseMs, delay, signal } = options;
  await Promise.all(
    people.map(async (person) => {
      const timed = async (path: string, init: RequestInit) => {
        const startedMs = performance.now();
        const answer = await send(path, init);
        const ms = performance.now() - startedMs;
        deeds.waited(ms);
        return { answer, ms };
      };
      for (let i = 0; !signal.aborted; i++) {
        const id = `${person.id} says ${i}`;
        const text = id.padEnd(TEXT_BYTES, ".");
        const posted = await timed("/v1/posts", json(person, { text, request_id: id }));
        const postId = (posted.answer as { post_id: string } | undefined)?.post_id;
        if (postId) deeds.posted({ author: person.id, postId, text }, performance.now());
        await delay(pauseMs);
        const page = await timed("/v1/timeline?limit=20", asked(person));
        if (page.answer) deeds.pagesMs.push(page.ms);
        await delay(pauseMs);
      }
    }),
  );
}

/** How often a page that lacks something is asked for again, and how far apart. */
const PATIENCE = { tries: 240, waitMs: 500 } as const;

/**
 * The whole timeline of a person, with its texts. What lacks something for now is asked for again.
 * @throws Error a page can't be had whole, or there is no end
 */
export async function scrollAll(
  person: Person,
  send: Send,
  delay: (ms: number) => Promise<void>,
): Promise<readonly Shown[]> {
  const shown: Shown[] = [];
  let token = "";
  for (let page = 0; page < MAX_PAGES; page++) {
    const read = await wholePage(person, token, send, delay);
    for (const { post_id, text = "" } of read.entries) shown.push({ postId: post_id, text });
    if (!read.next_page_token || read.next_page_token === token) return shown;
    token = read.next_page_token;
  }
  throw new Error(`the timeline of ${person.id} does not end`);
}

async function wholePage(
  person: Person,
  token: string,
  send: Send,
  delay: (ms: number) => Promise<void>,
): Promise<TimelineJson> {
  const from = token ? `&page_token=${encodeURIComponent(token)}` : "";
  let lacks = "an answer";
  for (let tries = 0; tries < PATIENCE.tries; tries++) {
    const answer = await send(`/v1/timeline?include=posts&limit=${PAGE}${from}`, asked(person));
    const read = answer as TimelineJson | undefined;
    const isWhole = read?.degraded === undefined && read?.entries.every(({ text }) => text);
    if (read && isWhole) return read;
    lacks = read?.degraded?.join(", ") ?? "texts";
    await delay(PATIENCE.waitMs);
  }
  throw new Error(`the timeline of ${person.id} lacks ${lacks}`);
}

interface TimelineJson {
  readonly entries: readonly { readonly post_id: string; readonly text?: string }[];
  readonly next_page_token?: string;
  readonly degraded?: readonly string[];
}
