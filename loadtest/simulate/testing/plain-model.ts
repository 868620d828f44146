import { DAY_SECONDS } from "../../traffic/curve/diurnal.ts";
import type { Distribution } from "../kernel/distribution.ts";
import { COSTS, FAULTS, type Model, SETTINGS } from "../model.ts";

export interface PlainOptions {
  readonly engine?: Model["engine"];
  readonly postsPerSecond: number;
  readonly owners?: number;
  readonly workers?: number;
  readonly friends?: number;
}

const constant = (mean: number): Distribution => ({ kind: "constant", mean });

/** Each delay as long as on average: what comes of them can be computed by hand. */
const PLAIN_DELAYS: Model["delays"] = {
  hop: constant(100),
  timer: constant(0),
  timelineSync: constant(200),
  postCommit: constant(400),
  brokerConfirm: constant(2_000),
  cqlRead: constant(1_000),
  cqlWrite: constant(900),
};

/**
 * A mesh in which nothing varies but when posts come: one kind of author, no stalls, no deaths.
 */
export function plainModel(options: PlainOptions): Model {
  const { engine = "cql", postsPerSecond, owners = 4, workers = 2, friends = 200 } = options;
  return {
    engine,
    load: { postsADay: postsPerSecond * DAY_SECONDS, pagesADay: 0, zones: "none" },
    audience: { authors: [{ friends, share: 1 }], activeShare: 0.5 },
    processes: {
      post: engine === "cql" ? 2 : 1,
      friend: 1,
      fanout: workers,
      timeline: owners,
      timelinesPerMachine: 1,
      ownerSpread: 0,
    },
    costs: COSTS,
    delays: PLAIN_DELAYS,
    stalls: { post: [], broker: [], cql: [], friend: [], fanout: [], timeline: [], disk: [] },
    faults: { ...FAULTS, workerDeathsADay: 0 },
    settings: SETTINGS,
  };
}
