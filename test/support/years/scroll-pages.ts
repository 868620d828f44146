import { systemClock } from "../../../services/platform/clock/system-clock.ts";

/** A page as a client sees it, by gRPC or by REST. */
export interface ScrolledPage {
  readonly postIds: readonly bigint[];
  /** Empty at the end. */
  readonly next: string;
  readonly degraded: readonly unknown[];
}

export type AskPage = (pageToken: string) => Promise<ScrolledPage>;

const WAIT_MS = 50;
const MAX_WAITS = 600;

/** Pages to the end; one that names something as missing is asked for again, by the same token. */
export async function* scrollPages(ask: AskPage, from = ""): AsyncGenerator<ScrolledPage> {
  const given = new Set<string>();
  let waits = 0;
  for (let token = from; ; ) {
    const page = await ask(token);
    if (page.degraded.length > 0) {
      if (++waits > MAX_WAITS) throw new Error(`lacks ${page.degraded} for too long`);
      await systemClock.delay(WAIT_MS);
      continue;
    }
    yield page;
    token = page.next;
    if (token === "") return;
    if (given.has(token)) throw new Error("a token was given before");
    given.add(token);
  }
}

export async function scrollIds(ask: AskPage, from = ""): Promise<bigint[]> {
  const pages = await Array.fromAsync(scrollPages(ask, from));
  return pages.flatMap(({ postIds }) => postIds);
}
