import { celebrityPost } from "./built-in/crowds/celebrity-post.ts";
import { connectionStorm } from "./built-in/crowds/connection-storm.ts";
import { flood } from "./built-in/crowds/flood.ts";
import { hotViewer } from "./built-in/crowds/hot-viewer.ts";
import { massReturn } from "./built-in/crowds/mass-return.ts";
import { oneAddress } from "./built-in/crowds/one-address.ts";
import { oneInstance } from "./built-in/crowds/one-instance.ts";
import { oneUser } from "./built-in/crowds/one-user.ts";
import { overload } from "./built-in/crowds/overload.ts";
import { thunderingRefresh } from "./built-in/crowds/thundering-refresh.ts";
import { killOne } from "./built-in/faults/kill-one.ts";
import { retryStorm } from "./built-in/faults/retry-storm.ts";
import { rollingRestart } from "./built-in/faults/rolling-restart.ts";
import { slowDisk } from "./built-in/faults/slow-disk.ts";
import { slowReplica } from "./built-in/faults/slow-replica.ts";
import { closedLoop } from "./built-in/shapes/closed-loop.ts";
import { ldbcShort } from "./built-in/shapes/ldbc-short.ts";
import { mix } from "./built-in/shapes/mix.ts";
import { owner } from "./built-in/shapes/owner.ts";
import { ramp } from "./built-in/shapes/ramp.ts";
import { reactions } from "./built-in/shapes/reactions.ts";
import { rest } from "./built-in/shapes/rest.ts";
import { restReactions } from "./built-in/shapes/rest-reactions.ts";
import { soak } from "./built-in/shapes/soak.ts";
import { spike } from "./built-in/shapes/spike.ts";
import { steady } from "./built-in/shapes/steady.ts";
import { taobenchA } from "./built-in/shapes/taobench-a.ts";
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
    overload,
    flood,
    oneUser,
    oneAddress,
    oneInstance,
    retryStorm,
    killOne,
    rollingRestart,
    slowDisk,
    slowReplica,
    rest,
    restReactions,
    mix,
    closedLoop,
    reactions,
    taobenchA,
    ldbcShort,
  ].map((scenario) => [scenario.name, scenario]),
);
