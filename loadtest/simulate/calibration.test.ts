import { expect, test } from "vitest";
import { calibrated } from "./calibration.ts";
import { plainModel } from "./testing/plain-model.ts";

const model = plainModel({ postsPerSecond: 1 });

test("a plan's unit costs replace those that it has", () => {
  const unitCosts = {
    post: { idle: 0.01, each: { posts: 200e-6 } },
    timeline: { idle: 0.01, each: { stored: 0.5e-6, appendCallsHere: 90e-6 } },
  };
  const { costs } = calibrated(model, { unitCosts });
  expect(costs.post.create).toBeCloseTo(200 - 35, 9);
  expect(costs.timeline).toEqual({ ...model.costs.timeline, stored: 0.5, call: 90 });
  expect(costs.fanout).toEqual(model.costs.fanout);
  const file = { kind: "calibration", version: 1, costs: unitCosts, samples: [] };
  expect(calibrated(model, file).costs).toEqual(costs);
});

test("fields of the model replace what is there, distributions and lists as a whole", () => {
  const hop = {
    kind: "quantiles",
    points: [
      [0.5, 100],
      [1, 300],
    ],
  };
  const disk = [{ everySeconds: 10, micros: { kind: "constant", mean: 5 }, slowdown: null }];
  const costs = { timeline: { call: 77 } };
  const changed = calibrated(model, { model: { delays: { hop }, stalls: { disk }, costs } });
  expect(changed.delays.hop).toEqual(hop);
  expect(changed.stalls.disk).toEqual(disk);
  expect(changed.costs.timeline.call).toBe(77);
  expect(changed.delays.cqlRead).toEqual(model.delays.cqlRead);
  expect(calibrated(model, {})).toEqual(model);
});

test.each([
  [7, /must be a JSON object/],
  [{ cost: 1 }, /cost is not known: give "unitCosts" or "model"/],
  [
    { model: { costs: { timline: {} } } },
    /model.costs.timline is not known: there are post, broker/,
  ],
  [{ model: { costs: { timeline: { call: "1" } } } }, /model.costs.timeline.call must be a number/],
  [
    { model: { costs: { timeline: { call: -1 } } } },
    /model.costs.timeline.call must be a number from 0/,
  ],
  [{ model: { delays: { hop: 5 } } }, /model.delays.hop must be an object, not a number \(5\)/],
  [{ model: { delays: { hop: { kind: "normal" } } } }, /model.delays.hop must be a distribution/],
  [
    {
      model: {
        delays: {
          hop: {
            kind: "quantiles",
            points: [
              [0.5, 9],
              [0.4, 10],
            ],
          },
        },
      },
    },
    /that rise/,
  ],
  [{ model: { stalls: { disk: [{ everySeconds: 1 }] } } }, /stalls.disk\[0\].micros must be/],
  [{ model: { engine: "embedded" } }, /model.engine is cql here: it is chosen by an option/],
])("%j is refused, naming the field", (calibration, message) => {
  expect(() => calibrated(model, calibration)).toThrow(message);
});
