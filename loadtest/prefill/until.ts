const POLL_MS = 50;

/** Asks until nothing is missing any more; `missing` says what is. Rejects with it after the bound. */
export async function until(
  boundMs: number,
  missing: () => Promise<string | undefined> | string | undefined,
): Promise<void> {
  for (const deadline = performance.now() + boundMs; ; ) {
    const what = await missing();
    if (what === undefined) return;
    if (performance.now() > deadline) throw new Error(`After ${boundMs / 1_000} s ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
