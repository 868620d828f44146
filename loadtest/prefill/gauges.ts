const SAMPLE = /^([a-z_:][\w:]*)(?:\{[^}]*\})? (\S+)$/gim;
const READ_TIMEOUT_MS = 5_000;

/** What is in several metrics pages: values summed by name, labels left out. */
export function gaugesIn(pages: Iterable<string>): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const page of pages) {
    for (const [, name = "", value] of page.matchAll(SAMPLE)) {
      sums.set(name, (sums.get(name) ?? 0) + Number(value));
    }
  }
  return sums;
}

/** The same of pages at these addresses. Rejects when one is silent. */
export async function readGauges(urls: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const pages: string[] = [];
  for (const url of urls) {
    const response = await fetch(url, { signal: AbortSignal.timeout(READ_TIMEOUT_MS) });
    pages.push(await response.text());
  }
  return gaugesIn(pages);
}
