import { afterEach, beforeEach, expect, it } from "vitest";
import type {
  StoredInterval,
  TableChange,
} from "../../../services/friend/domain/pulled/changes.ts";
import { PulledAuthors } from "../../../services/friend/domain/pulled/pulled-authors.ts";
import type { PulledRows } from "../../../services/friend/ports.ts";
import { postIdOf, trustedUserId, userIdOf } from "../../../services/model/ids.ts";
import { EVERYONE } from "../../../services/model/pulled/pulled-table.ts";
import { ManualClock } from "../../../services/platform/clock/manual-clock.ts";

/** The table as several processes see it; embedded there is only one. */
export interface PulledFixture {
  /** The rows as one more process sees them. */
  process(): PulledRows;
  close(): Promise<void>;
}

const AHEAD_MS = 10_000;

function interval(author: bigint, since: bigint, until?: bigint): StoredInterval {
  const ids = { authorId: trustedUserId(author), since: postIdOf(since) };
  return { ...ids, until: until === undefined ? until : postIdOf(until), cause: "asked" };
}

function through(validThrough: bigint, one?: StoredInterval): TableChange {
  return { validThrough: postIdOf(validThrough), ...(one && { interval: one }) };
}

/** What every store of the table of pulled intervals promises. */
export function pulledRowsContract(open: () => Promise<PulledFixture>): void {
  let fixture: PulledFixture;
  let rows: PulledRows;

  beforeEach(async () => {
    fixture = await open();
    rows = fixture.process();
  });
  afterEach(() => fixture.close());

  const changeNow = async (change: TableChange) => rows.change(await rows.head(), change);

  it("begins with nothing settled", async () => {
    expect(await rows.read()).toEqual({
      revision: 0n,
      version: 0n,
      validThrough: 0n,
      intervals: [],
    });
  });

  it("counts changes, and those of intervals apart", async () => {
    expect(await changeNow(through(100n))).toBe(true);
    expect(await rows.head()).toEqual({ revision: 1n, version: 0n, validThrough: 100n });
    expect(await changeNow(through(200n, interval(7n, 100n)))).toBe(true);
    expect(await fixture.process().read()).toEqual({
      revision: 2n,
      version: 1n,
      validThrough: 200n,
      intervals: [interval(7n, 100n)],
    });
  });

  it("writes an interval again when it ends, and keeps those before it", async () => {
    await changeNow(through(100n, interval(7n, 50n)));
    await changeNow(through(200n, interval(7n, 50n, 150n)));
    await changeNow(through(300n, interval(7n, 250n)));
    await changeNow(through(300n, interval(EVERYONE, 260n)));
    const { intervals } = await rows.read();
    const inOrder = intervals.toSorted((a, b) => (a.since < b.since ? -1 : 1));
    expect(inOrder).toEqual([
      interval(7n, 50n, 150n),
      interval(7n, 250n),
      interval(EVERYONE, 260n),
    ]);
  });

  it("lets one of those change it who have seen the same", async () => {
    const seen = await rows.head();
    const changes = Array.from({ length: 5 }, (_, i) =>
      fixture.process().change(seen, through(100n, interval(BigInt(i + 1), 10n))),
    );
    const applied = await Promise.all(changes);
    expect(applied.filter((isApplied) => isApplied)).toHaveLength(1);
    expect((await rows.read()).intervals).toHaveLength(1);
    expect((await rows.head()).revision).toBe(1n);
  });

  it("holds what many processes ask for at once", async () => {
    const clock = new ManualClock();
    const options = { popularFriends: 10, onFailure: () => {} };
    const authors = Array.from(
      { length: 3 },
      () => new PulledAuthors(fixture.process(), clock, options),
    );
    await Promise.all(authors.map((one, i) => one.setPulled(userIdOf(i + 1), true, "asked")));
    await Promise.all(authors.map((one) => one.setPulled(userIdOf(1n), false, "asked")));
    const table = await authors[0].current();
    expect(table.intervals).toHaveLength(3);
    expect(table.intervals.filter(({ until }) => until !== undefined)).toHaveLength(1);
    await clock.advance(AHEAD_MS);
    expect((await authors[1].current()).validThrough).toBeGreaterThan(table.validThrough);
  });
}
