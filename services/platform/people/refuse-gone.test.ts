import { expect, test } from "vitest";
import { trustedUserId } from "../../model/ids.ts";
import type { GoneState } from "../../model/person-states.ts";
import { refuseGone } from "./refuse-gone.ts";

const user = trustedUserId(7n);
const peopleWith = (state: GoneState) => ({
  hidesAny: true,
  goneAmong: () => new Map([[user, state]]),
});

test("who is refused hears that they may be restored only as long as they may be", async () => {
  const code = "FAILED_PRECONDITION";
  const unless = "nothing is taken in their name unless they are restored";
  await expect(refuseGone(peopleWith("hidden"), user)).rejects.toMatchObject({
    ...{ code, message: `person 7 is being erased: ${unless}` },
  });
  const never = "nothing is taken in their name, and they can't be restored";
  await expect(refuseGone(peopleWith("erased"), user)).rejects.toMatchObject({
    ...{ code, message: `person 7 is erased: ${never}` },
  });
});
