import { describe, expect, it } from "vitest";
import { OldSpaceWatch } from "../memory/testing/old-space.ts";
import { startEcho } from "./testing/echo-server.ts";

const CALLS = 400;
const TEXT_BYTES = 40_000;
const AT_A_TIME = 20;

describe("what a call brings", () => {
  it("is not taken for old once the call has ended, at its server or its client", async () => {
    await using echo = await startEcho();
    const { client } = echo;
    const callAll = async (watch: OldSpaceWatch) => {
      for (let begun = 0; begun < CALLS; begun += AT_A_TIME) {
        const texts = Array.from({ length: AT_A_TIME }, (_, i) => textOf(begun + i));
        await Promise.all(texts.map((text) => client.say({ text })));
        watch.collectYoung();
      }
    };
    // Connections, code, and what else is there to stay.
    await callAll(new OldSpaceWatch());
    const watch = new OldSpaceWatch();
    await callAll(watch);
    // Each text is there twice: as it was asked, and answered.
    expect(watch.grownBytes / (2 * CALLS * TEXT_BYTES)).toBeLessThan(0.2);
  });
});

/** No two are the same, so none is shared. */
function textOf(call: number): string {
  return `${call}`.padEnd(TEXT_BYTES, "x");
}
