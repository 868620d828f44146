import { expect, test } from "vitest";
import { MAX_ID, type UserId } from "../../../model/ids.ts";
import { decodeChange, encodeChange } from "./edge-change.ts";

test("a change comes out of the outbox as it went in", () => {
  for (const isPresent of [true, false]) {
    const change = {
      key: { user: 1n as UserId, friend: MAX_ID as UserId },
      state: { version: 1_795_253_243_105_999n, isPresent },
    };
    expect(decodeChange(encodeChange(change))).toEqual(change);
  }
});
