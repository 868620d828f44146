import { expect, it } from "vitest";
import { ManualClock } from "../../platform/clock/manual-clock.ts";
import { NOT_OWNER, notFound, unavailable } from "../../platform/grpc/errors/errors.ts";
import { PageFromAnyone } from "./page-from-anyone.ts";

/** Asks for a page of an owner, and tells who was asked. */
function setUp() {
  const clock = new ManualClock();
  const pages = new PageFromAnyone(clock);
  const asked: string[] = [];
  const ask = (ownerError: Error | undefined, anyoneError?: Error) => {
    asked.length = 0;
    const answer = (who: string, error: Error | undefined) => async () => {
      asked.push(who);
      if (error) throw error;
      return who;
    };
    const [askOwner, askAnyone] = [answer("owner", ownerError), answer("anyone", anyoneError)];
    return pages.ask({ owner: "a:1", askOwner, askAnyone });
  };
  return { clock, asked, ask };
}

const GONE = unavailable("gone");

it("asks the owner, and anyone when the owner is gone; then anyone first, for a second", async () => {
  const { clock, asked, ask } = setUp();
  expect(await ask(undefined)).toBe("owner");
  expect(await ask(GONE)).toBe("anyone");
  expect(asked).toEqual(["owner", "anyone"]);
  await ask(GONE);
  expect(asked).toEqual(["anyone"]);
  await clock.advance(1_000);
  expect(await ask(undefined)).toBe("owner");
});

it("tells what the owner said when nobody else answers", async () => {
  const { asked, ask } = setUp();
  const notOwner = unavailable("not mine", { reason: NOT_OWNER });
  await expect(ask(GONE, notOwner)).rejects.toBe(GONE);
  await expect(ask(notFound("user", 1n))).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(asked).toEqual(["owner"]);
});
