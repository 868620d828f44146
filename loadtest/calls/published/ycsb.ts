import type { CallScenario, FlowSpec } from "../spec/call-scenario.ts";
import { calls } from "../spec/define.ts";

const POST = "tidings.post.v1.PostService";
/** Records, as YCSB's load phase makes them: here the authors whose posts are asked for. */
const RECORDS = 100_000;
const RECORDS_A_SECOND = 500;
const OPERATIONS_A_SECOND = 500;

/** YCSB's request distribution: Zipf with a constant of 0.99, hot keys spread over all (Gray et al. 1994). */
const HOT = `{{zipf 1 ${RECORDS}}}`;
/** Its default record: ten fields of 100 bytes. A post has 1 KB at most. */
const RECORD = "{{text 1000}}";

/** A record is an author's newest post: it is read by its key, and written again by another post. */
const read = (author: string) => ({
  name: "read",
  method: `${POST}/ListAuthorPosts`,
  data: { author_ids: [author], limit: 1 },
});
const write = (name: string, author: string) => ({
  name,
  method: `${POST}/CreatePost`,
  data: { author_id: author, text: RECORD },
});
const scan = {
  name: "scan",
  method: `${POST}/ListAuthorPosts`,
  data: { author_ids: [HOT], limit: "{{random 1 100}}" },
};
const insert = write("insert", `{{sequence ${RECORDS + 1}}}`);

/** The core workloads of YCSB (Cooper et al., Benchmarking Cloud Serving Systems with YCSB, 2010). */
const WORKLOADS: Readonly<Record<string, readonly [about: string, flows: readonly FlowSpec[]]>> = {
  "ycsb-a": [
    "update heavy: half reads, half updates",
    [of(50, read(HOT)), of(50, write("update", HOT))],
  ],
  "ycsb-b": [
    "read mostly: 95% reads, 5% updates",
    [of(95, read(HOT)), of(5, write("update", HOT))],
  ],
  "ycsb-c": ["read only", [of(100, read(HOT))]],
  "ycsb-d": [
    "read latest: 95% reads of what was written last, 5% inserts",
    [of(95, read(`{{latest ${RECORDS} 0.05}}`)), of(5, insert)],
  ],
  "ycsb-e": ["short ranges: 95% scans, 5% inserts", [of(95, scan), of(5, insert)]],
  "ycsb-f": [
    "read, modify, write: half reads, half reads that are followed by an update",
    [of(50, read(HOT)), { weight: 50, group: "rmw", steps: [read(HOT), write("update", HOT)] }],
  ],
};

function of(weight: number, step: FlowSpec["steps"][number]): FlowSpec {
  return { weight, steps: [step] };
}

const target = { addresses: ["localhost:50051"], protocol: "grpc" } as const;

/** Its load phase: each record once. Without it reads find authors who have written nothing. */
const load = calls({
  name: "ycsb-load",
  about: `YCSB's load phase on the post store: ${RECORDS.toLocaleString("en")} records, each written once.`,
  target,
  perSecond: RECORDS_A_SECOND,
  seconds: RECORDS / RECORDS_A_SECOND,
  warmUpSeconds: 0,
  arrivals: "even",
  flows: [of(1, write("insert", "{{sequence 1}}"))],
  thresholds: ["failures == 0"],
});

/** On the post service of a mesh that runs. */
export const YCSB: ReadonlyMap<string, CallScenario> = new Map([
  [load.name, load],
  ...Object.entries(WORKLOADS).map(([name, [about, flows]]): readonly [string, CallScenario] => [
    name,
    calls({
      name,
      about: `YCSB's core workload ${name.slice(-1).toUpperCase()} on the post store, ${about}.`,
      target,
      perSecond: OPERATIONS_A_SECOND,
      flows,
      thresholds: [],
    }),
  ]),
]);
