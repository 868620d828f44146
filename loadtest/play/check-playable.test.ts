import { describe, expect, it } from "vitest";
import { present } from "../../services/model/invariant.ts";
import { type GivenScenario, scenario } from "../scenarios/define.ts";
import { SCENARIOS } from "../scenarios/scenarios.ts";
import { checkPlayable } from "./check-playable.ts";
import type { GeneratorOptions } from "./generators/generator-plan.ts";

const GENERATOR: GeneratorOptions = {
  driver: "raw",
  connections: 2,
  maxOpen: 100,
  watchers: 10,
};
const MIX = present(SCENARIOS.get("mix")).load;

function check(
  given: Partial<GivenScenario>,
  generator: Partial<GeneratorOptions> = {},
  generators = 1,
): void {
  const asked = scenario({ name: "mine", about: "", thresholds: [], ...given });
  checkPlayable(asked, { generator: { ...GENERATOR, ...generator }, generators, part: undefined });
}

describe("what can be played", () => {
  it("is every scenario that comes with the toolkit", () => {
    for (const one of SCENARIOS.values()) {
      checkPlayable(one, { generator: GENERATOR, generators: 1, part: undefined });
    }
  });

  it("by ghz is a mix alone", () => {
    check({ load: MIX }, { driver: "ghz" });
    const ghz = (given: Partial<GivenScenario>, generators = 1) =>
      expect(() => check(given, { driver: "ghz" }, generators));
    ghz({}).toThrow('it can\'t play mine, for its load is of kind "sessions". Use --driver raw');
    ghz({ load: MIX, pace: { shape: "ramp", from: 1, to: 2 } }).toThrow("its pace is a ramp");
    ghz({ load: MIX, surges: [{ kind: "celebrity post", atSecond: 1, posts: 1 }] }).toThrow(
      "it has surges (celebrity post)",
    );
    ghz({ load: MIX }, 2).toThrow("there are 2 generators");
  });
});

describe("thresholds", () => {
  it("are on something that will be measured", () => {
    const thresholds = ["failures == 0", "memory_slope_kib_per_min_post < 9", "p9(a.b) < 1s"];
    check({ thresholds }, { watchers: 0 });
    check({ thresholds: ["lost_posts == 0", "p99(lag) < 1s", "mean(lag) < 1s"] });
    expect(() => check({ thresholds: ["lots == 0"] })).toThrow(
      /^Threshold "lots == 0": nothing measures lots\. .* failures, .*, lost,/,
    );
    expect(() => check({ thresholds: ["p99(lost) < 1s"] })).toThrow("there are: lag.");
    expect(() => check({ thresholds: ["failed(lag) < 1%"] })).toThrow("there are: none.");
  });

  it("on live streams need some", () => {
    const thresholds = ["live_streams >= 10", "live_entries > 0", "live_streams_ended == 0"];
    check({ thresholds, streams: 10 });
    expect(() => check({ thresholds })).toThrow("nothing measures live_streams");
  });

  it("on a hard time need one, and on what is after it a while", () => {
    const thresholds = ["recovered_goodput > 95"];
    const pause = { kind: "pause", label: "post", seconds: 3 } as const;
    check({ thresholds, faults: [{ ...pause, atSecond: 10 }], seconds: 30 });
    expect(() => check({ thresholds, seconds: 30 })).toThrow("nothing measures recovered_goodput");
    expect(() => check({ thresholds, faults: [{ ...pause, atSecond: 20 }], seconds: 30 })).toThrow(
      "there are: failures, timeouts, not_sent, strained_goodput,",
    );
  });

  it("on what probes find need probes", () => {
    const thresholds = ["lost == 0"];
    expect(() => check({ thresholds }, { watchers: 0 })).toThrow("none with --watchers 0");
    expect(() => check({ thresholds, load: MIX }, { driver: "ghz" })).toThrow("--driver ghz");
  });
});
