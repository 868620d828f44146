import { describe, expect, it } from "vitest";
import { userIdOf } from "../../model/ids.ts";
import { again } from "./again.ts";
import { claimed, done, type Job, newJob } from "./job.ts";
import { hidden, restored, restoring } from "./steps.ts";

const PERSON = userIdOf(7);
const CERTIFICATE = { subjectHash: "s", doneMs: 500, tables: {}, signature: "s" };
const at = (nowMs: number) => ({ nowMs, messageId: "m" });
const job = newJob("id", PERSON, { nowMs: 100, windowMs: 50 });

/** The job after these steps, all of which it allows. */
function after(...steps: readonly ((job: Job) => Job | undefined)[]): Job {
  return steps.reduce<Job>((now, step) => step(now) ?? expect.fail("a step that it allows"), job);
}

const waiting = after((now) => hidden(now, at(110), now.change));
const erasing = after(
  () => waiting,
  (now) => claimed(now, "runner", { nowMs: 200, leaseMs: 10 }),
);
const gone = done(erasing, CERTIFICATE, at(500));
const back = after(
  () => waiting,
  restoring,
  (now) => restored(now, at(300), now.change),
);

describe("a job, when the rest is restored as it was", () => {
  it("is left alone when its last step that shows is older", () => {
    for (const one of [waiting, gone, back]) {
      expect(again(one, PERSON, { momentMs: 501, nowMs: 600 })).toBeUndefined();
    }
    expect(again(erasing, PERSON, { momentMs: 501, nowMs: 600 })).toEqual(erasing);
  });

  it("hides the person again, and keeps its window, when they were hidden since", () => {
    for (const one of [waiting, erasing]) {
      const redone = again(one, undefined, { momentMs: 105, nowMs: 600 });
      expect(redone).toMatchObject({ state: "hiding", userId: PERSON, eraseAtMs: 150 });
      expect(redone?.runner).toBeUndefined();
      expect(redone?.change).toBe(one.change + 1);
    }
  });

  it("erases again at once when the person is there again, and keeps the certificate until then", () => {
    const redone = again(gone, PERSON, { momentMs: 400, nowMs: 600 });
    expect(redone).toMatchObject({
      state: "hiding",
      userId: PERSON,
      eraseAtMs: 600,
      certificate: CERTIFICATE,
      isFinal: true,
    });
    expect(again(gone, undefined, { momentMs: 400, nowMs: 600 })).toEqual(gone);
  });

  it("counts once what goes twice, as it went before the moment and as it goes again", () => {
    const tables = { posts: { count: 3, hash: 9n } };
    const certificate = { ...CERTIFICATE, tables };
    const erased = done(erasing, certificate, at(500));
    const found = again(erased, PERSON, { momentMs: 400, nowMs: 600 });
    expect([found?.certificate, found?.tables]).toEqual([certificate, {}]);
    // Also when nothing of them was found, and they are erased again by hand.
    const unfound = again(erased, undefined, { momentMs: 400, nowMs: 600 });
    expect(unfound).toEqual({ ...erased, tables: {} });
    // In the middle of it, whether the person was hidden before the moment or since.
    for (const momentMs of [105, 400]) {
      expect(again({ ...erasing, tables }, PERSON, { momentMs, nowMs: 600 })?.tables).toEqual({});
    }
    // Of an erasure before, which is not undone.
    const more = { ...erasing, certificate, tables: { posts: { count: 5, hash: 14n } } };
    expect(again(more, PERSON, { momentMs: 501, nowMs: 600 })?.tables).toEqual(tables);
  });

  it("shows the person again who was brought back since", () => {
    const redone = again(back, PERSON, { momentMs: 200, nowMs: 600 });
    expect(redone).toMatchObject({ state: "restoring", userId: PERSON });
    expect(again(back, undefined, { momentMs: 200, nowMs: 600 })).toBeUndefined();
  });

  it("goes on by itself while it hides or shows", () => {
    for (const one of [job, after(restoring)]) {
      expect(again({ ...one, newsMs: 900 }, PERSON, { momentMs: 1, nowMs: 950 })).toBeUndefined();
    }
  });
});
