import { describe, expect, it } from "vitest";
import { ManualClock } from "../../clock/manual-clock.ts";
import type { CallOptions } from "../call.ts";
import { unavailable } from "../errors/errors.ts";
import { DEFAULT_HEDGE, hedged } from "./hedge.ts";

const USUAL_MS = 10;

interface Asked {
  readonly answer: PromiseWithResolvers<string>;
  readonly options: CallOptions | undefined;
}

/** A call that is answered by hand, after as many usual ones as it takes to know what is usual. */
async function known() {
  const clock = new ManualClock();
  const asked: Asked[] = [];
  const call = hedged((_: string, options?: CallOptions) => {
    const answer = Promise.withResolvers<string>();
    asked.push({ answer, options });
    return answer.promise;
  }, clock);
  const usual = async () => {
    const answered = call("usual");
    await clock.advance(USUAL_MS);
    for (const { answer } of asked.splice(0)) answer.resolve("usual");
    await answered;
  };
  for (let count = 0; count < 2 * DEFAULT_HEDGE.minCalls; count++) await usual();
  return { clock, asked, call };
}

describe("a hedged call", () => {
  it("is asked again when it is late, and the first answer counts", async () => {
    const { clock, asked, call } = await known();
    const answered = call("late");
    await clock.advance(2 * USUAL_MS);
    expect(asked).toHaveLength(2);
    asked[1].answer.resolve("from the second");
    expect(await answered).toBe("from the second");
    expect(asked[0].options?.signal?.aborted).toBe(true);
  });

  it("that is answered in time is asked once, and nothing waits any more", async () => {
    const { clock, asked, call } = await known();
    const answered = call("quick");
    await clock.advance(USUAL_MS / 2);
    asked[0].answer.resolve("quick");
    expect(await answered).toBe("quick");
    await clock.advance(100 * USUAL_MS);
    expect(asked).toHaveLength(1);
    expect(clock.sleeperCount).toBe(0);
  });

  it("fails when both have failed", async () => {
    const { clock, asked, call } = await known();
    const answered = call("late");
    await clock.advance(2 * USUAL_MS);
    asked[0].answer.reject(unavailable("first"));
    asked[1].answer.reject(unavailable("second"));
    await expect(answered).rejects.toThrow("second");
  });

  it("that fails before it is late is its caller's to repeat", async () => {
    const { asked, call } = await known();
    const answered = call("fails");
    asked[0].answer.reject(unavailable("down"));
    await expect(answered).rejects.toThrow("down");
    expect(asked).toHaveLength(1);
  });

  it("is asked twice for a twentieth of the calls at most, when all have become slow", async () => {
    const { clock, asked, call } = await known();
    asked.length = 0;
    const all = Array.from({ length: 1_000 }, () => call("slow"));
    await clock.advance(50 * USUAL_MS);
    expect(asked.length - all.length).toBeLessThanOrEqual(
      DEFAULT_HEDGE.maxTokens + all.length * DEFAULT_HEDGE.tokensPerCall,
    );
    for (const { answer } of asked) answer.resolve("at last");
    await Promise.all(all);
  });
});
