import { expect, it } from "vitest";
import { wholeMesh } from "./whole-mesh.ts";

const COSTS = {
  post: { idle: 0.1, each: { batches: 400e-6, posts: 1 } },
  cql: { idle: 0.1, each: { stored: 200e-6, batches: 1e-3, posts: 1 } },
};
/** A thousand posts a second at the peak, and 2,000 pages. */
const SLICE = { dailyUsers: 11_520_000, owners: 20, activePerPost: 100 };

it("the other owners are as the one that was there, and the stores do what these ask for", () => {
  const embedded = wholeMesh({ timeline: 0.2, post: 0.5, fanout: 0.3 }, SLICE, COSTS);
  expect(embedded.cores).toBeCloseTo(20 * 0.2 + 0.8 + 0.95 * 2_000 * 400e-6, 6);
  const real = wholeMesh({ timeline: 0.2, post: 0.5, cql: 1 }, SLICE, COSTS);
  const rows = 0.95 * 1_000 * 100;
  expect(real.cores).toBeCloseTo(
    20 * 0.2 + 1.5 + 0.95 * 2_000 * (400e-6 + 1e-3) + rows * 200e-6,
    4,
  );
});

it("by pull they store nothing, and ask for the post log: of a cost that is known, or it is said that it is not", () => {
  const pulled = { ...SLICE, delivery: "pull" } as const;
  const cpu = { timeline: 0.2, post: 0.5 };
  const { post } = COSTS;
  const calibrated = {
    post: { ...post, each: { ...post.each, logMessages: 40e-6, logTableReads: 100e-6 } },
  };
  const known = wholeMesh(cpu, pulled, calibrated);
  expect(known.cores).toBeCloseTo(4.5 + 0.95 * 2_000 * 400e-6 + 19 * (50 * 40e-6 + 3 * 100e-6), 6);
  expect(known.text).not.toContain("calibration is not one by pull");
  const uncalibrated = wholeMesh({ ...cpu, cql: 1 }, pulled, COSTS);
  expect(uncalibrated.cores).toBeCloseTo(5.5 + 0.95 * 2_000 * (400e-6 + 1e-3), 6);
  expect(uncalibrated.text).toContain("calibration is not one by pull");
});
