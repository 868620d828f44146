import { describe, expect, it } from "vitest";
import { present } from "../../services/model/invariant.ts";
import { startAlarm } from "./alarm.ts";
import { RING_TIMES } from "./alarm-ring.ts";

describe("the alarm", () => {
  it("never rings early, and rings for all that was announced", async () => {
    const alarm = startAlarm();
    const start = performance.now();
    const times = [5, 10, 10, 20, 40].map((ms) => start + ms);
    for (const time of times) expect(alarm.announce(time)).toBe(true);
    const rung: number[] = [];
    while (rung.length === 0 || present(rung.at(-1)) < present(times.at(-1))) {
      await alarm.next();
      rung.push(performance.now());
    }
    // Each ring is at or after the first time that it had to tell of; late ones tell of several.
    let told = 0;
    for (const at of rung) {
      expect(at).toBeGreaterThanOrEqual(times[told]);
      told = times.filter((time) => time <= at).length;
    }
    expect(told).toBe(times.length);
    await alarm.close();
  });

  it("takes a bounded number of times, and room returns as they come", async () => {
    const alarm = startAlarm();
    const at = performance.now();
    for (let i = 0; i < RING_TIMES; i++) alarm.announce(at);
    let room = alarm.announce(at);
    while (!room) {
      await alarm.next();
      room = alarm.announce(at);
    }
    await alarm.next();
    await alarm.close();
  });

  it("rings at once when asked, and ends while it sleeps", async () => {
    const alarm = startAlarm();
    alarm.announce(performance.now() + 3_600_000);
    const rung = alarm.next();
    alarm.wake();
    await rung;
    await alarm.close();
  });
});
