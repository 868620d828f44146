import { describe, expect, it, vi } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { ManualClock } from "../../clock/manual-clock.ts";
import { systemClock } from "../../clock/system-clock.ts";
import type { Call } from "../call.ts";
import { DomainError, notBegun, unavailable } from "../errors/errors.ts";
import { type Echo, startEcho } from "../testing/echo-server.ts";
import { EchoService, type Note } from "../testing/echo-service.ts";
import { PATIENT } from "../testing/patient.ts";
import { connect, createClient } from "./client.ts";
import { DEFAULT_RETRY, type RetryPolicy } from "./retry.ts";

const HELLO: Note = { text: "hello" };
const QUICK_RETRY: RetryPolicy = { ...DEFAULT_RETRY, initialBackoffMs: 1, maxBackoffMs: 1 };

/** A front server whose handler calls `behind` for each call it serves. */
function startFront(behind: Echo, onCall: (call: Call) => void = () => {}): Promise<Echo> {
  return startEcho({
    say: (note, call) => {
      const answer = behind.client.say(note, { parent: call });
      onCall(call);
      return answer;
    },
  });
}

describe("a call made for another call", () => {
  it("has its deadline and request id", async () => {
    const seen: Call[] = [];
    await using behind = await startEcho({
      say: (note, call) => {
        seen.push(call);
        return note;
      },
    });
    await using front = await startFront(behind);
    const deadlineMs = Date.now() + 3_600_000;
    await front.client.say(HELLO, { deadlineMs, requestId: "req-1" });
    expect(seen[0].requestId).toBe("req-1");
    // The default is seconds; what travels is the time left, so a little gets lost on the way.
    expect(Math.abs(seen[0].deadlineMs - deadlineMs)).toBeLessThan(600_000);
  });

  it("is cancelled with it", async () => {
    const cancelled = Promise.withResolvers<unknown>();
    const controller = new AbortController();
    await using behind = await startEcho({
      say: (_, call) => {
        call.signal.addEventListener("abort", () => cancelled.resolve(call.signal.reason));
        controller.abort();
        return new Promise(() => {});
      },
    });
    await using front = await startFront(behind);
    const call = front.client.say(HELLO, { signal: controller.signal });
    await expect(call).rejects.toMatchObject({ code: "CANCELLED" });
    expect(await cancelled.promise).toMatchObject({ code: "CANCELLED" });
  });

  it("is not begun when no time is left", async () => {
    const say = vi.fn((note: Note) => note);
    await using echo = await startEcho({ say });
    const late = echo.client.say(HELLO, { deadlineMs: Date.now() - 1 });
    await expect(late).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED" });
    expect(say).not.toHaveBeenCalled();
  });
});

describe("a call", () => {
  it("ends at its timeout", async () => {
    await using echo = await startEcho({ say: () => new Promise(() => {}) });
    const call = echo.client.say(HELLO, { timeoutMs: 20 });
    await expect(call).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED" });
  });

  it("is not sent when its signal has aborted before", async () => {
    const say = vi.fn((note: Note) => note);
    await using echo = await startEcho({ say });
    const call = echo.client.say(HELLO, { signal: AbortSignal.abort() });
    await expect(call).rejects.toMatchObject({ code: "CANCELLED" });
    expect(say).not.toHaveBeenCalled();
  });

  it("may write its own bytes", async () => {
    await using echo = await startEcho();
    const requestSerialize = (note: Note) => Buffer.from(`{"text":"raw ${note.text}"}`);
    const say = { ...EchoService.say, requestSerialize };
    const raw = createClient({ ...EchoService, say }, echo.channel);
    expect(await raw.say(HELLO)).toEqual({ text: "raw hello" });
  });

  it("rejects when its request cannot be written", async () => {
    await using echo = await startEcho();
    const requestSerialize = (): Buffer => {
      throw new RangeError("too big for int32");
    };
    const broken = createClient({ say: { ...EchoService.say, requestSerialize } }, echo.channel);
    await expect(broken.say(HELLO)).rejects.toMatchObject({
      code: "INTERNAL",
      message: expect.stringContaining("too big for int32"),
    });
  });
});

describe("retries", () => {
  function failing(times: number, error: () => DomainError) {
    let calls = 0;
    const say = async (note: Note) => {
      if (++calls <= times) throw error();
      return note;
    };
    return { say, calls: () => calls };
  }

  const IDEMPOTENT = { idempotent: true };

  it("repeat a call that was answered UNAVAILABLE and may be done twice", async () => {
    const { say, calls } = failing(2, () => unavailable("soon"));
    await using echo = await startEcho({ say }, { client: { retry: QUICK_RETRY } });
    expect(await echo.client.say(HELLO, IDEMPOTENT)).toEqual(HELLO);
    expect(calls()).toBe(3);
  });

  it("do not repeat what nobody declared idempotent, unless nothing was begun", async () => {
    const { say, calls } = failing(1, () => unavailable("it may have been done"));
    await using echo = await startEcho({ say }, { client: { retry: QUICK_RETRY } });
    await expect(echo.client.say(HELLO)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(calls()).toBe(1);
    const refused = failing(1, () => notBegun("no"));
    await using other = await startEcho({ say: refused.say }, { client: { retry: QUICK_RETRY } });
    expect(await other.client.say(HELLO)).toEqual(HELLO);
  });

  it("repeat whatever never left for want of a connection", async () => {
    const gone = await startEcho();
    await gone[Symbol.asyncDispose]();
    const waits: number[] = [];
    const clock = {
      ...systemClock,
      delay: async (ms: number) => {
        waits.push(ms);
      },
    };
    using channel = connect(gone.server.address, { ...PATIENT, retry: QUICK_RETRY, clock });
    const call = createClient(EchoService, channel).say(HELLO);
    await expect(call).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(waits).toHaveLength(2);
  });

  it("end after maxAttempts", async () => {
    const { say, calls } = failing(9, () => unavailable("soon"));
    await using echo = await startEcho({ say }, { client: { retry: QUICK_RETRY } });
    const call = echo.client.say(HELLO, IDEMPOTENT);
    await expect(call).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(calls()).toBe(3);
  });

  it.each(["INTERNAL", "ABORTED", "RESOURCE_EXHAUSTED", "DEADLINE_EXCEEDED"] as const)(
    "do not repeat %s",
    async (code) => {
      const { say, calls } = failing(9, () => new DomainError(code, "no"));
      await using echo = await startEcho({ say }, { client: { retry: QUICK_RETRY } });
      await expect(echo.client.say(HELLO, IDEMPOTENT)).rejects.toMatchObject({ code });
      expect(calls()).toBe(1);
    },
  );

  it("can be switched off", async () => {
    const { say, calls } = failing(9, () => unavailable("soon"));
    await using echo = await startEcho({ say }, { client: { retry: "none" } });
    await expect(echo.client.say(HELLO, IDEMPOTENT)).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(calls()).toBe(1);
  });

  it("stop when the budget of the channel is spent", async () => {
    const { say, calls } = failing(1_000, () => unavailable("down"));
    const retry = { ...QUICK_RETRY, budgetTokens: 10 };
    await using echo = await startEcho({ say }, { client: { retry } });
    for (let i = 0; i < 20; i++) await echo.client.say(HELLO, IDEMPOTENT).catch(() => {});
    // Four retries while more than 5 of the 10 tokens are left; then each call is sent once.
    expect(calls()).toBe(20 + 4 - 1);
  });

  it("end at once when the caller stops during the wait", async () => {
    const clock = new ManualClock(Date.now());
    const { say, calls } = failing(9, () => unavailable("soon"));
    await using echo = await startEcho({ say }, { client: { retry: DEFAULT_RETRY, clock } });
    const controller = new AbortController();
    const call = echo.client.say(HELLO, { ...IDEMPOTENT, signal: controller.signal });
    await until(() => clock.sleeperCount === 1);
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: "CANCELLED" });
    expect(calls()).toBe(1);
  });
});

describe("several addresses", () => {
  async function spread(hosts: readonly string[]): Promise<void> {
    const counts = [0, 0];
    const start = (index: number) =>
      startEcho({
        say: (note) => {
          counts[index]++;
          return note;
        },
      });
    await using one = await start(0);
    await using two = await start(1);
    const addresses = [one, two].map(({ server }, i) => `${hosts[i]}:${server.port}`);
    using channel = connect(addresses, PATIENT);
    const client = createClient(EchoService, channel);
    // How evenly, three-choices.test.ts says: on a busy machine one may look slow.
    while (Math.min(...counts) < 2) await client.say(HELLO);
  }

  it("share the calls", () => spread(["127.0.0.1", "127.0.0.1"]));

  it("share the calls when they are names, too", () => spread(["localhost", "127.0.0.1"]));

  it("do without the one that is down", async () => {
    await using up = await startEcho();
    const down = await startEcho();
    await down[Symbol.asyncDispose]();
    using channel = connect([down.server.address, up.server.address], {
      ...PATIENT,
      retry: "none",
    });
    const client = createClient(EchoService, channel);
    for (let i = 0; i < 20; i++) expect(await client.say(HELLO)).toEqual(HELLO);
  });
});
