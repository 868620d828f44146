import { describe, expect, it } from "vitest";
import { calls } from "../../calls/spec/define.ts";
import { runFixture } from "../../report/testing/run-fixture.ts";
import { figuresOf } from "../figures-of.ts";
import { csvOf } from "./csv.ts";
import { junitOf } from "./junit.ts";

const passed = figuresOf(runFixture({ thresholds: ["p99(timeline.get) < 5s", "lost == 0"] }));
const failed = figuresOf(runFixture({ lost: 3, thresholds: ["lost == 0"] }));

describe("a run for other programs", () => {
  it("is plain numbers, and nothing where the generator was too late to know", () => {
    const [first] = passed.operations;
    expect(first).toMatchObject({ name: "timeline.get", intended: first.sent + first.notSent });
    expect(first.response.p50).toBeLessThan(first.response.p99 ?? 0);
    expect(passed.counters.lost).toBe(0);
    const [time, lost] = passed.thresholds;
    expect([time.unit, lost.unit]).toEqual(["ms", undefined]);
    expect(time.value).toBeCloseTo(first.response.p99 ?? 0, 9);
    const late = figuresOf(runFixture({ latenessMicros: 500_000 })).operations[0];
    expect(late.response.p50).toBeUndefined();
    expect(late.lateness.p50).toBeGreaterThan(100);
    expect(late.answered.p50).toBeUndefined();
    expect(late.service.p50).toBeGreaterThan(0); // a late send does not lengthen it
    expect(JSON.parse(JSON.stringify(passed))).toMatchObject({ outcome: "passed" });
  });

  it("says of a threshold that is not known what the text says, and no number", () => {
    const unknown = runFixture({ latenessMicros: 5_000, thresholds: ["p50(timeline.get) < 7ms"] });
    const { thresholds } = figuresOf(unknown);
    expect(thresholds).toMatchObject([{ outcome: "invalid", value: undefined }]);
    const [reason] = unknown.verdict.reasons;
    expect(reason).toMatch(/^INVALID: p50\(timeline\.get\) < 7ms: it was \d/);
    expect(junitOf([figuresOf(unknown)])).toContain(reason.replace("<", "&lt;"));
  });

  it("is CSV with a row an operation", () => {
    const [head, ...rows] = csvOf([passed, failed]).trimEnd().split("\r\n");
    expect(head).toMatch(
      /^scenario,started_at,outcome,operation,intended,sent,ok,failed,timeouts,not_sent,/,
    );
    expect(rows.length).toBe(passed.operations.length + failed.operations.length);
    expect(rows[0].split(",").length).toBe(head.split(",").length);
  });

  it("has the tags of each step of calls beside its figures", () => {
    const run = runFixture({ thresholds: [] });
    const step = { request: "GET /", tags: { team: "search", tier: "1" } };
    const scenario = {
      ...calls({
        target: { addresses: ["localhost:1"], protocol: "http/1.1" },
        flows: [{ steps: [step] }],
      }),
      name: "shop",
    };
    const tagged = figuresOf({ ...run, scenario });
    expect(tagged.operations.map(({ tags }) => tags).slice(0, 2)).toEqual([step.tags, {}]);
    const [head, first] = csvOf([tagged]).split("\r\n");
    const at = head.split(",").indexOf("tags");
    expect(first.split(",")[at]).toBe("team=search; tier=1");
  });

  it("has no verdict where nothing was asked, and no case of it has passed", () => {
    const unasked = figuresOf(runFixture({ thresholds: [] }));
    expect(unasked.outcome).toBe("no verdict");
    expect(csvOf([unasked])).toContain(",no verdict,");
    const xml = junitOf([unasked]);
    expect(xml).toContain('tests="1" failures="0" skipped="1"');
    expect(xml).toContain('<skipped message="no threshold was given: nothing was judged"/>');
  });

  it("counts each failure of JUnit once: the whole has those that are of no threshold", () => {
    const two = ["lost == 0", "p99(timeline.get) < 1ms"];
    expect(junitOf([figuresOf(runFixture({ lost: 3, thresholds: two }))])).toContain(
      'tests="3" failures="2" skipped="0"',
    );
    const late = { latenessMicros: 5_000, thresholds: ["p50(timeline.get) < 7ms"] };
    expect(junitOf([figuresOf(runFixture(late))])).toContain('tests="2" failures="1"');
    const died = figuresOf(runFixture({ diesAtSecond: 20, thresholds: [] }));
    expect(junitOf([died])).toMatch(/ failures="1" skipped="0"[\s\S]*The target died: timeline-0/);
  });

  it("says in CSV and JUnit what came instead of good answers", () => {
    const [operation] = passed.operations;
    const failures = { ECONNRESET: 12, "HTTP 503": 3 };
    const broken = { ...operation, failures, timeouts: 1, notSent: 0 };
    const said = "12 ECONNRESET; 3 HTTP 503; 1 timed out";
    const one = { ...passed, operations: [broken] };
    expect(csvOf([one])).toMatch(new RegExp(`,failures\\r\\n.*,${said}\\r\\n$`));
    expect(junitOf([one])).toContain(`<system-out>${broken.name}: ${said}</system-out>`);
  });

  it("is JUnit with a case a threshold", () => {
    const xml = junitOf([passed, { ...failed, scenario: 'a "<b>" & c' }]);
    expect(xml).toContain('name="p99(timeline.get) &lt; 5s"/>');
    expect(xml).toContain('<failure message="FAILED: lost == 0: it was 3.">');
    expect(xml).toContain('name="a &quot;&lt;b&gt;&quot; &amp; c"');
  });
});
