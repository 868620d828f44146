import { expect, it } from "vitest";
import { LOAD } from "../testing/loads.ts";
import type { Sample } from "../unit-costs.ts";
import { workOf } from "../work.ts";
import { streamBytes } from "./stream-bytes.ts";

const CURVE = { callsAtMost: 400, commitsAtMost: 250 };
const sample = (streams: number, residentMiB: Sample["residentMiB"]): Sample => ({
  name: "",
  work: workOf({ ...LOAD, streams }, CURVE),
  cpu: {},
  ...(residentMiB && { residentMiB }),
});

it("is what memory grew by, each tier by itself, and nothing where it did not", () => {
  const without = sample(0, { gateway: 80, timeline: 300, post: 100 });
  const holding = sample(2_000, { gateway: 180, timeline: 290, post: 200 });
  expect(streamBytes(holding, without)).toEqual({ gateway: 50 * 1024 * 1.024, timeline: 0 });
});

it("is not known of runs that held none, or did not look", () => {
  expect(streamBytes(sample(0, { gateway: 80 }), sample(0, { gateway: 70 }))).toEqual({});
  expect(streamBytes(sample(5, undefined), sample(0, { gateway: 70 }))).toEqual({});
});
