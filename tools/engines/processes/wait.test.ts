import { expect, test } from "vitest";
import { lockName, withLock } from "../state/lock.ts";
import { GaveUp, until } from "./wait.ts";

test("asks until there is an answer", async () => {
  let asked = 0;
  const question = async () => {
    asked += 1;
    if (asked < 3) throw new Error("not yet");
    return asked;
  };
  expect(await until(question, { withinMs: 60_000, everyMs: 1 })).toBe(3);
});

test("throws the last reason when the time is over", async () => {
  const question = () => Promise.reject(new Error("still closed"));
  await expect(until(question, { withinMs: 5, everyMs: 1 })).rejects.toThrow("still closed");
});

test("does not wait for what will never come, nor after an abort", async () => {
  const never = () => Promise.reject(new GaveUp("it died"));
  await expect(until(never, { withinMs: 60_000 })).rejects.toThrow("it died");
  const signal = AbortSignal.abort(new Error("Ctrl-C"));
  await expect(until(never, { withinMs: 60_000, signal })).rejects.toThrow("Ctrl-C");
});

test("a lock is held by one at a time, and per folder", async () => {
  const folder = `/test-${process.pid}`;
  let inside = 0;
  const work = async () => {
    inside += 1;
    await new Promise(setImmediate);
    expect(inside).toBe(1);
    inside -= 1;
  };
  await Promise.all([withLock(folder, work), withLock(folder, work), withLock(folder, work)]);
  expect(lockName("/a")).not.toBe(lockName("/b"));
});

test("work that fails lets go of the lock", async () => {
  const folder = `/test-failing-${process.pid}`;
  const fails = () => withLock(folder, () => Promise.reject(new Error("no")));
  await expect(fails()).rejects.toThrow("no");
  await expect(fails()).rejects.toThrow("no");
});
