/**
 * A generator in a process of its own, for tests that starve it: `paced-generator.ts ADDRESS NICENESS`. It
 * says "ready"; told anything, it plays a run, says "started", and in the end its verdict.
 */
import { setPriority } from "node:os";
import { openRawDriver } from "../../drivers/http2/raw-driver.ts";
import { parseThreshold } from "../../measure/thresholds.ts";
import { judge } from "../../measure/verdict.ts";
import { intendedTimes } from "../../pacers/arrivals.ts";
import { constant } from "../../pacers/shapes.ts";
import { measureRun } from "../measure-run.ts";
import { RunClock } from "../run-clock.ts";
import { OPERATION, stepsAt } from "./simulate.ts";

const RATE = 500;
const SECONDS = 3;

const [, , address = "", niceness = "0"] = process.argv;
setPriority(Number(niceness)); // threads that start later have it too, as the pacer's
const clock = new RunClock();
const target = { path: "/null.Null/Null", addresses: [address], timeoutMs: OPERATION.timeoutMs };
const driver = await openRawDriver([target], { connections: 1, clock });

process.once("message", async () => {
  const times = intendedTimes(constant(RATE, SECONDS), { seed: 1, spread: "poisson" });
  const { measured } = await measureRun({
    operations: [OPERATION],
    source: stepsAt(times).values(),
    driver,
    clock,
    maxOpen: RATE * SECONDS,
    onStart: () => process.send?.("started"),
  });
  // Within reach of the lateness of who is starved: far from it a bound is in no doubt.
  process.send?.(judge(measured, [parseThreshold(`p99(${OPERATION.name}) < 100ms`)]));
});
process.on("disconnect", () => process.exit());
process.send?.("ready");
