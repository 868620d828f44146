import { describe, expect, it } from "vitest";
import { newCall } from "../ceiling.ts";
import { openRawDriver } from "../http2/raw-driver.ts";
import { ExactWorker } from "./exact-pace.ts";
import { startNullServer } from "./start.ts";

const RESOURCE_EXHAUSTED = 8;

describe("a worker with a pace", () => {
  it("does exactly so many calls a second, in order, and refuses what would wait longer than 200 ms", () => {
    const worker = new ExactWorker(100);
    expect(worker.take(1_000)).toBe(1_010);
    expect(worker.take(1_000)).toBe(1_020);
    expect(worker.take(1_500)).toBe(1_510);
    let done = 0;
    // Twice as many as it can do, for 10 s: it does 1,000, and what waits when they end.
    for (let call = 0; call < 2_000; call++) {
      if (worker.take(2_000 + call * 5) !== undefined) done++;
    }
    expect(done).toBeGreaterThanOrEqual(1_000);
    expect(done).toBeLessThanOrEqual(1_022);
  });
});

describe("a server with a pace", () => {
  /** A call takes an hour: the first is under way, and the second would wait longer than any may. */
  const perSecond = 1 / 3_600;

  it("refuses a gRPC call by its status, and answers what it can", async () => {
    await using closing = new AsyncDisposableStack();
    const answersOf = async (pace: number) => {
      const { address, stop } = await startNullServer({ perSecond: pace });
      closing.defer(stop);
      const target = { path: "/a.B/C", addresses: [address], timeoutMs: 60_000 };
      const driver = await openRawDriver([target], { connections: 1 });
      closing.defer(() => driver.close());
      return () => new Promise<number>((resolve) => driver.send(newCall(EMPTY), resolve));
    };
    const ask = await answersOf(perSecond);
    void ask();
    expect(await ask()).toBe(RESOURCE_EXHAUSTED);
    expect(await (await answersOf(10_000))()).toBe(0);
  });

  it("refuses an HTTP request by 503", async () => {
    const { address, stop } = await startNullServer({ protocol: "http", perSecond });
    const leaving = new AbortController();
    const first = fetch(`http://${address}/`, { signal: leaving.signal }).catch(() => "left");
    // Whichever of them comes first is under way.
    const second = fetch(`http://${address}/`, { signal: leaving.signal });
    expect(await Promise.race([first, second])).toMatchObject({ status: 503 });
    leaving.abort();
    await Promise.allSettled([first, second]);
    await stop();
  });
});

const EMPTY = new Uint8Array();
