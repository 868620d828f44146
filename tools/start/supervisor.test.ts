import { describe, expect, it } from "vitest";
import { ManualClock } from "../../services/platform/clock/manual-clock.ts";
import { Supervisor, verdictOn } from "./supervisor.ts";

const death = { label: "post", how: "was ended by SIGKILL", lastWords: "  no disk" };

describe("a service that died", () => {
  it("is started again, later each time, but not a third time within a minute", () => {
    expect(verdictOn([], 0)).toEqual({ kind: "restart", waitMs: 500 });
    expect(verdictOn([0], 10_000)).toEqual({ kind: "restart", waitMs: 3_000 });
    expect(verdictOn([0, 10_000], 59_999)).toEqual({ kind: "give-up" });
    expect(verdictOn([0, 10_000], 60_000)).toEqual({ kind: "restart", waitMs: 3_000 });
  });

  it("is started again after its wait, and all is said", async () => {
    const clock = new ManualClock();
    const said: string[] = [];
    const restarted: string[] = [];
    const supervisor = new Supervisor({ clock, say: (line) => said.push(line) });
    supervisor.died(death); // while the mesh starts: the start itself says so
    void supervisor.watch(async (label) => void restarted.push(label));
    supervisor.died(death);
    await clock.advance(499);
    expect(restarted).toEqual([]);
    await clock.advance(1);
    expect(restarted).toEqual(["post"]);
    expect(said).toEqual([
      "post was ended by SIGKILL; it is started again in 0.5 s",
      "post is ready again",
    ]);
  });

  it("ends the mesh with its last words when it keeps dying", async () => {
    const clock = new ManualClock();
    const supervisor = new Supervisor({ clock, say: () => {} });
    const over = supervisor.watch(() => Promise.reject(new Error("died")));
    for (let i = 0; i < 3; i++) {
      supervisor.died(death);
      await clock.advance(5_000);
    }
    await expect(over).resolves.toMatch(
      /^post was ended by SIGKILL, the third time.*\n {2}no disk$/,
    );
  });
});
