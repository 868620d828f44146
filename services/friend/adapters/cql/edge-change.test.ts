import { expect, test } from "vitest";
import { MAX_ID, userIdOf } from "../../../model/ids.ts";
import { decodeChange, encodeChange } from "./edge-change.ts";

test("a change comes out of the outbox as it went in", () => {
  for (const isPresent of [true, false]) {
    const change = {
      key: { user: userIdOf(1n), friend: userIdOf(MAX_ID) },
      state: { version: 1_795_253_243_105_999n, isPresent },
    };
    expect(decodeChange(encodeChange(change))).toEqual(change);
  }
});
