import { celebrityPost } from "./built-in/celebrity-post.ts";
import { closedLoop } from "./built-in/closed-loop.ts";
import { connectionStorm } from "./built-in/connection-storm.ts";
import { hotViewer } from "./built-in/hot-viewer.ts";
import { killOne } from "./built-in/kill-one.ts";
import { massReturn } from "./built-in/mass-return.ts";
import { mix } from "./built-in/mix.ts";
import { owner } from "./built-in/owner.ts";
import { ramp } from "./built-in/ramp.ts";
import { rest } from "./built-in/rest.ts";
import { rollingRestart } from "./built-in/rolling-restart.ts";
import { slowDisk } from "./built-in/slow-disk.ts";
import { soak } from "./built-in/soak.ts";
import { spike } from "./built-in/spike.ts";
import { steady } from "./built-in/steady.ts";
import { thunderingRefresh } from "./built-in/thundering-refresh.ts";
import type { Scenario } from "./scenario.ts";

/** All that come with the toolkit, by name. */
export const SCENARIOS: ReadonlyMap<string, Scenario> = new Map(
  [
    steady,
    owner,
    ramp,
    spike,
    soak,
    celebrityPost,
    massReturn,
    thunderingRefresh,
    hotViewer,
    connectionStorm,
    killOne,
    rollingRestart,
    slowDisk,
    rest,
    mix,
    closedLoop,
  ].map((scenario) => [scenario.name, scenario]),
);
