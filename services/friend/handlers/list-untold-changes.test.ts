import { Metadata } from "@grpc/grpc-js";
import { expect, it } from "vitest";
import { userIdOf } from "../../model/ids.ts";
import { MAX_UNTOLD_CHANGES } from "../../model/limits.ts";
import type { Call } from "../../platform/grpc/call.ts";
import { createLogger } from "../../platform/telemetry/logger.ts";
import { listUntoldChanges } from "./list-untold-changes.ts";

const NOW_MS = 1_000_000;
const [ANNA, BEN] = [1n, 2n].map(userIdOf);
const CALL: Call = {
  deadlineMs: Infinity,
  signal: new AbortController().signal,
  requestId: "test",
  metadata: new Metadata(),
  log: createLogger("friend-test", "silent"),
};

function ask(times: readonly number[], sinceMs: bigint) {
  const noted = times.map((atMs) => ({ user: ANNA, friend: BEN, atMs }));
  const since = async (ms: number, max: number) =>
    noted.filter(({ atMs }) => atMs >= ms).slice(0, max);
  return listUntoldChanges({ since }, { nowMs: () => NOW_MS })({ sinceMs }, CALL);
}

it("has asked again for what is not settled yet", async () => {
  expect(await ask([NOW_MS - 1], 5n)).toEqual({
    changes: [{ userId: ANNA, friendId: BEN, atMs: BigInt(NOW_MS - 1) }],
    untilMs: BigInt(NOW_MS - 5_000),
    isCut: false,
  });
});

it("cuts what is too much for an answer, and loses nothing by it", async () => {
  const times = Array.from({ length: MAX_UNTOLD_CHANGES + 10 }, (_, i) => 100 + i);
  const first = await ask(times, 0n);
  expect([first.changes.length, first.isCut]).toEqual([MAX_UNTOLD_CHANGES, true]);
  const rest = await ask(times, first.untilMs);
  expect(rest.isCut).toBe(false);
  const seen = [...first.changes, ...rest.changes].map(({ atMs }) => Number(atMs));
  expect(new Set(seen)).toEqual(new Set(times));
});

it("comes to an end where one moment has more than an answer holds", async () => {
  const times = Array.from({ length: 2 * MAX_UNTOLD_CHANGES }, () => 100);
  const first = await ask(times, 100n);
  expect([first.untilMs, first.isCut]).toEqual([101n, true]);
});

it("refuses a time that cannot be", async () => {
  await expect(ask([], -1n)).rejects.toThrow("since_ms");
});
