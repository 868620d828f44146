import { describe, expect, it } from "vitest";
import { userIdOf } from "../../model/ids.ts";
import { AuthorQuotas } from "./author-quotas.ts";

const author = userIdOf(7n);

describe("the authors' quotas", () => {
  it("are decided by the shared quota as long as it can say, and by the one in memory else", () => {
    const answers: ("allowed" | number | undefined)[] = [
      "allowed",
      "allowed",
      250,
      undefined,
      undefined,
    ];
    const shared = { take: () => answers.shift() };
    const quotas = new AuthorQuotas({ perMinute: 60, burst: 1 }, shared);
    const taken = answers.slice().map(() => quotas.take(author, 0));
    expect(taken).toEqual([undefined, undefined, 250, undefined, 1_000]);
  });
});
