import { describe, expect, it } from "vitest";
import { compareAndSet, type Verdict } from "./cas.ts";
import type { CasAnswer, CqlRow } from "./session.ts";

const UNKNOWN: CasAnswer = { kind: "unknown", cause: new Error("no answer") };
const statement = { query: "change", values: [] };

/** Answers in turn; reading back fails where there is an error. */
function scripted(answers: CasAnswer[], reads: (readonly CqlRow[] | Error)[]) {
  const sent: (number | undefined)[] = [];
  return {
    sent,
    cas: async (_query: string, _values: unknown, timeoutMs?: number) => {
      sent.push(timeoutMs);
      return answers.shift() ?? UNKNOWN;
    },
    serialRows: async () => {
      const rows = reads.shift() ?? [{ says: "unchanged" }];
      if (rows instanceof Error) throw rows;
      return rows;
    },
  };
}

const write = {
  statement,
  readBack: statement,
  judge: ([row]: readonly CqlRow[]) => row.says as Verdict,
};

describe("a conditional write", () => {
  it("of unknown outcome that changed nothing is sent again, and may be applied then", async () => {
    const cql = scripted([UNKNOWN, { kind: "applied" }], []);
    expect(await compareAndSet(cql, write, { timeoutMs: 7 })).toEqual({ applied: true });
    expect(cql.sent).toEqual([7, 7]);
  });

  it("is known by what is read back", async () => {
    const other = [{ says: "other" }];
    expect(await compareAndSet(scripted([], [[{ says: "ours" }]]), write)).toEqual({
      applied: true,
    });
    const lost = await compareAndSet(scripted([], [other]), write);
    expect(lost).toEqual({ applied: false, rows: other });
  });

  it("that is refused may have been applied by its own earlier attempt", async () => {
    const cql = scripted([UNKNOWN, { kind: "refused", rows: [{ says: "ours" }] }], []);
    expect(await compareAndSet(cql, write)).toEqual({ applied: true });
  });

  it("reads back what a refusal does not tell", async () => {
    const refused: CasAnswer = { kind: "refused", rows: [{ says: "unclear" }] };
    expect(await compareAndSet(scripted([refused], [[{ says: "ours" }]]), write)).toEqual({
      applied: true,
    });
  });

  it("stays unknown after so many attempts, also when nothing can be read back", async () => {
    const cql = scripted([], [new Error("no answer either")]);
    const unknown = compareAndSet(cql, write, { attempts: 2 });
    await expect(unknown).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(cql.sent).toHaveLength(2);
  });
});
