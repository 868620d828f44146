import { describe, expect, it } from "vitest";
import { Hashes } from "../../../services/erasure/domain/hashes.ts";
import { done, type Job, newJob } from "../../../services/erasure/domain/job.ts";
import { type UserId, userIdOf } from "../../../services/model/ids.ts";
import { redoErasures } from "./redo.ts";

const SECRET = Buffer.alloc(32, 7);
const hashes = new Hashes(SECRET);

function erased(id: number, atMs: number): Job {
  const person = userIdOf(id);
  const certificate = { subjectHash: "", doneMs: atMs, tables: {}, signature: "" };
  const job = newJob(hashes.jobId(person), person, { nowMs: 0, windowMs: 0 });
  return done({ ...job, state: "erasing" }, certificate, { nowMs: atMs, messageId: "m" });
}

/** Jobs of a newest backup, and who was restored. */
async function redo(jobs: readonly Job[], restored: readonly number[], momentMs: number) {
  const stored = new Map(jobs.map((job) => [job.jobId, job]));
  const hidden: [UserId, number][] = [];
  let asked = 0;
  async function* people() {
    asked++;
    for (const id of restored) yield userIdOf(id);
  }
  async function* all() {
    yield* jobs;
  }
  const redone = await redoErasures(
    {
      jobs: all(),
      people,
      hide: async (some) => void hidden.push(...some),
      store: {
        secret: async () => SECRET,
        change: async (jobId, change) => {
          const job = change(stored.get(jobId));
          if (job) stored.set(jobId, job);
          return job;
        },
      },
    },
    momentMs,
    5_000,
  );
  return { ...redone, hidden, asked, jobs: [...stored.values()] };
}

const waiting = (id: number, eraseAtMs: number, hiddenMs: number): Job => {
  const person = userIdOf(id);
  const job = newJob(hashes.jobId(person), person, { nowMs: 0, windowMs: eraseAtMs });
  return { ...job, state: "waiting", newsMs: hiddenMs };
};

describe("what was erased since", () => {
  it("is set to be erased again, if the person is there again, and is hidden until then", async () => {
    const { again, jobs, hidden } = await redo(
      [erased(1, 100), erased(2, 300), erased(3, 300)],
      [1, 2],
      200,
    );
    expect(again).toBe(1);
    expect(jobs.map(({ state, userId }) => [state, userId])).toEqual([
      ["done", undefined],
      ["hiding", userIdOf(2)],
      ["done", undefined],
    ]);
    expect(hidden).toEqual([[userIdOf(2), jobs[1].change]]);
  });

  it("costs no look at anybody when there was nothing", async () => {
    expect(await redo([erased(1, 100)], [1], 200)).toMatchObject({ again: 0, asked: 0 });
  });

  it("is hidden again with its window, and counted with those who still were hidden", async () => {
    const {
      again,
      hidden,
      waiting: count,
      firstDueMs,
    } = await redo([waiting(1, 900, 100), waiting(2, 700, 300), erased(3, 300)], [1, 2, 3], 200);
    expect(again).toBe(2);
    expect(hidden.map(([person]) => person)).toEqual([2, 3].map(userIdOf));
    // One that was erased before can't be brought back.
    expect({ count, firstDueMs }).toEqual({ count: 2, firstDueMs: 700 });
  });
});
