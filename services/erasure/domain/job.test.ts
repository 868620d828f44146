import { expect, test } from "vitest";
import { trustedUserId } from "../../model/ids.ts";
import { newJob } from "./job.ts";
import { hidden, restored, restoring } from "./steps.ts";

test("a new job of a person keeps the certificate of the one before until it has its own", () => {
  const certificate = { subjectHash: "s", doneMs: 1, tables: {}, signature: "x" };
  const user = trustedUserId(7n);
  const times = { nowMs: 5, windowMs: 10 };
  const before = { ...newJob("j", user, times), state: "done", certificate } as const;
  const stamp = { nowMs: 6, messageId: "m" };
  const again = newJob("j", user, { ...times, before });
  const waiting = hidden(again, stamp, again.change);
  const begun = waiting && restoring(waiting);
  const cancelled = begun && restored(begun, stamp, begun.change);
  for (const job of [again, waiting, begun, cancelled]) {
    expect(job?.certificate).toEqual(certificate);
  }
});
