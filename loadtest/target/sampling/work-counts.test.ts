import { describe, expect, it } from "vitest";
import { WorkCounts } from "./work-counts.ts";

const page = (posts: number, seconds = 0) => `# TYPE grpc_server_handled_total counter
grpc_server_handled_total{grpc_method="CreatePost",service="post"} ${posts}
grpc_server_handling_seconds_bucket{le="1",service="post"} 9
grpc_server_handling_seconds_sum{service="post"} ${seconds}
tidings_pending_fills{service="post"} 4
`;
const POSTS = 'grpc_server_handled_total{grpc_method="CreatePost"}';

function counts(...looks: readonly [label: string, pid: number | undefined, posts: number][]) {
  const work = new WorkCounts(new Map([["post", 1]]));
  for (const [label, pid, posts] of looks) work.look(label, pid, page(posts));
  return work.sums.get(POSTS);
}

describe("what processes counted", () => {
  it("is counted from the first look on, by name and labels, without gauges and buckets", () => {
    const work = new WorkCounts(new Map([["post", 1]]));
    work.look("post", 1, page(100, 2));
    work.look("post", 1, page(103, 2.5));
    expect(Object.fromEntries(work.sums)).toEqual({
      [POSTS]: 3,
      grpc_server_handling_seconds_sum: 0.5,
    });
  });

  it("goes on over a restart, also one that has counted more by now, and one before the first look", () => {
    expect(counts(["post", 1, 10], ["post", 1, 15], ["post", 2, 7])).toBe(12);
    expect(counts(["post", 1, 10], ["post", 2, 15])).toBe(15);
    expect(counts(["post", 2, 7], ["post", 2, 9])).toBe(9);
  });

  it("of processes that are not known falls when they are restarted", () => {
    expect(counts(["timeline", undefined, 10], ["timeline", undefined, 4])).toBe(4);
  });

  it("is summed over processes", () => {
    const looks = [
      ["post", 1, 1],
      ["post", 1, 2],
    ] as const;
    expect(
      counts(...looks.map((look) => [...look] as [string, number, number]), ["new", 9, 5]),
    ).toBe(6);
  });
});
