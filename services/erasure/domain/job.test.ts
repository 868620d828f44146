import { expect, test } from "vitest";
import { trustedUserId } from "../../model/ids.ts";
import { hidden, newJob, restored, restoring } from "./job.ts";

test("a new job of a person keeps the certificate of the one before until it has its own", () => {
  const certificate = { subjectHash: "s", doneMs: 1, tables: {}, signature: "x" };
  const user = trustedUserId(7n);
  const times = { nowMs: 5, windowMs: 10 };
  const before = { ...newJob("j", user, times), state: "done", certificate } as const;
  const stamp = { nowMs: 6, messageId: "m" };
  const again = newJob("j", user, { ...times, before });
  const waiting = hidden(again, stamp);
  const begun = waiting && restoring(waiting);
  const cancelled = begun && restored(begun, stamp);
  for (const job of [again, waiting, begun, cancelled]) {
    expect(job?.certificate).toEqual(certificate);
  }
});
