import { describe, expect, it } from "vitest";
import { ManualClock } from "../../services/platform/clock/manual-clock.ts";
import type { TargetDescription } from "../target/target.ts";
import { watchForEnd } from "./early-end.ts";

function scene(kind: TargetDescription["kind"], signal?: AbortSignal) {
  const clock = new ManualClock();
  const labels = new Set(["post", "timeline"]);
  const broken = Promise.withResolvers<string>();
  const target = {
    description: { kind } as TargetDescription,
    broken: broken.promise,
    metrics: async () => new Map([...labels].map((label) => [label, ""])),
  };
  return { clock, labels, broken, watch: watchForEnd(target, signal, clock) };
}

describe("the end of a run before its time", () => {
  it("is an interruption, also one that came before", async () => {
    const interrupted = new AbortController();
    const { watch } = scene("own mesh", interrupted.signal);
    expect(watch.ended).toBeUndefined();
    interrupted.abort();
    expect(await watch.ending).toEqual({ kind: "interrupted", what: "It was interrupted." });
    expect(watch.ended?.kind).toBe("interrupted");
    expect(scene("own mesh", interrupted.signal).watch.ended?.kind).toBe("interrupted");
  });

  it("is the death of a process of ours, unless it was interrupted first", async () => {
    const interrupted = new AbortController();
    const [first, second] = [scene("own mesh"), scene("own mesh", interrupted.signal)];
    interrupted.abort();
    for (const { broken } of [first, second]) broken.resolve("post ended");
    expect(await first.watch.ending).toEqual({
      kind: "dead",
      what: "The target died: post ended.",
    });
    expect((await second.watch.ending).kind).toBe("interrupted");
  });

  it("is a process of a running mesh that does not answer for long, but not for a restart", async () => {
    const { clock, labels, watch } = scene("running");
    await clock.advance(5_000);
    labels.delete("timeline");
    await clock.advance(8_000);
    labels.add("timeline");
    await clock.advance(60_000);
    expect(watch.ended).toBeUndefined();
    labels.delete("post");
    await clock.advance(12_000);
    expect(watch.ended?.what).toBe("The target died: post has not answered for 10 s.");
  });

  it("is nobody's affair when the run is over", async () => {
    const { clock, labels, watch } = scene("running");
    await clock.advance(1_000);
    watch[Symbol.dispose]();
    labels.clear();
    await clock.advance(60_000);
    expect([watch.ended, clock.sleeperCount]).toEqual([undefined, 0]);
  });
});
