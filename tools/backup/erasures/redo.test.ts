import { describe, expect, it } from "vitest";
import { Hashes } from "../../../services/erasure/domain/hashes.ts";
import { done, type Job, newJob } from "../../../services/erasure/domain/job.ts";
import { userIdOf } from "../../../services/model/ids.ts";
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
  let asked = 0;
  async function* people() {
    asked++;
    for (const id of restored) yield userIdOf(id);
  }
  async function* all() {
    yield* jobs;
  }
  const count = await redoErasures(
    {
      jobs: all(),
      people,
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
  return { count, asked, jobs: [...stored.values()] };
}

describe("what was erased since", () => {
  it("is set to be erased again, if the person is there again", async () => {
    const { count, jobs } = await redo(
      [erased(1, 100), erased(2, 300), erased(3, 300)],
      [1, 2],
      200,
    );
    expect(count).toBe(1);
    expect(jobs.map(({ state, userId }) => [state, userId])).toEqual([
      ["done", undefined],
      ["hiding", userIdOf(2)],
      ["done", undefined],
    ]);
  });

  it("costs no look at anybody when there was nothing", async () => {
    expect(await redo([erased(1, 100)], [1], 200)).toMatchObject({ count: 0, asked: 0 });
  });
});
