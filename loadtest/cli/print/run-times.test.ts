import { stripVTControlCharacters } from "node:util";
import { expect, it } from "vitest";
import type { Driver } from "../../drivers/driver.ts";
import { type Measured, mergeMeasured } from "../../measure/measured.ts";
import { measuredFrom, measuredToJson } from "../../measure/measured-json.ts";
import { statusOfLoss } from "../../measure/outcome/lost.ts";
import { measuredOf } from "../../measure/testing/measured-of.ts";
import { simulate, simulateWith, stepsAt } from "../../run/testing/simulate.ts";
import { VirtualTime } from "../../run/testing/virtual-time.ts";
import { timesText } from "./run-times.ts";

const TIMES = Array.from({ length: 100 }, (_, i) => i * 10_000);

function textOf(measured: Measured): string {
  return stripVTControlCharacters(timesText(measured, 1).join("\n"));
}

/** Finds its target gone before anything is written. */
const GONE: Driver = {
  name: "gone",
  capacity: 10,
  send: (_, done) =>
    done(statusOfLoss(Object.assign(new Error(), { code: "ECONNREFUSED" })), undefined),
  cancel() {},
  close() {},
};

it("says why calls were not sent, of each generator and of all together", () => {
  const recorder = simulateWith(GONE, new VirtualTime(), stepsAt(TIMES));
  const measured = measuredFrom(measuredToJson(measuredOf(recorder)));
  expect(textOf(measured)).toContain("timeline.get: 100 not sent (100 ECONNREFUSED)");
  expect(textOf(mergeMeasured([measured, measured]))).toContain("200 not sent (200 ECONNREFUSED)");
});

it("says so of those whose time was up before there was a connection, and of those that were refused here", () => {
  const full = { ...GONE, send: () => {} };
  const recorder = simulateWith(full, new VirtualTime(), stepsAt(TIMES), { maxOpen: 40 });
  expect(textOf(measuredOf(recorder))).toContain(
    "timeline.get: 100 not sent (40 waited for a connection until their time was up, 60 by the generator's own bound, --max-open)",
  );
});

it("says in the cell of an INVALID time between which the true one lies, and beneath it what that is", () => {
  // Each second the generator stands still for all of it but 10 ms, beside a target of 5 ms.
  const freezes = [{ fromMicros: 5_000, toMicros: 995_000 }];
  const late = textOf(
    measuredOf(simulate(stepsAt(TIMES), { server: { serviceMicros: 5_000 }, freezes })),
  );
  const row = /^timeline\.get .*$/m.exec(late)?.[0] ?? "";
  expect(row.match(/INVALID \d[\d.]*\.\.\d[\d.]* ms/g)?.length).toBe(5);
  expect(late).toMatch(
    /^INVALID a\.\.b: .* at least a, at most b\. .*"To make the generator punctual"/m,
  );
  const punctual = textOf(
    measuredOf(simulate(stepsAt(TIMES), { server: { serviceMicros: 5_000 } })),
  );
  expect(punctual).not.toContain("INVALID");
});
