import { describe, expect, it } from "vitest";
import { runGreedy } from "../../testing/greedy.ts";
import type { ClassPlan } from "../../testing/reference/htb-class.ts";
import { SchHtb } from "../../testing/reference/sch-htb.ts";

const SECOND_US = 1_000_000;
const SECONDS = 20;

const node = (id: string, rate: number, more: Partial<ClassPlan> = {}): ClassPlan => ({
  id,
  parent: "host",
  rate,
  ceil: 1_000,
  burst: 20,
  cburst: 20,
  prio: 0,
  quantum: 1,
  ...more,
});
const HOST = node("host", 1_000, { parent: undefined, burst: 50, cburst: 50 });

/** What each leaf gets a second, of this tree and of the reference, when `greedy` want all they can get. */
function compare(plans: readonly ClassPlan[], greedy: readonly string[]) {
  const endUs = SECONDS * SECOND_US;
  const callers = greedy.map((id) => ({ id, fromUs: 0, untilUs: Infinity }));
  const got = runGreedy(plans, callers, endUs);
  const reference = new SchHtb(plans);
  for (const id of greedy) reference.at(id).backlog = Infinity;
  reference.runUntil(endUs);
  return greedy.map((id) => ({
    id,
    here: (got.get(id) ?? 0) / SECONDS,
    there: reference.sentBy(id) / SECONDS,
  }));
}

describe("against the rules of sch_htb", () => {
  const cases: Record<string, { plans: ClassPlan[]; greedy: string[] }> = {
    "two of three share what the third leaves": {
      plans: [HOST, node("a", 100), node("b", 200), node("c", 700)],
      greedy: ["a", "b"],
    },
    "all want all": {
      plans: [HOST, node("a", 100), node("b", 200), node("c", 700)],
      greedy: ["a", "b", "c"],
    },
    "by weight": {
      plans: [HOST, node("a", 100, { quantum: 3 }), node("b", 100), node("c", 100)],
      greedy: ["a", "b", "c"],
    },
    "by priority": {
      plans: [HOST, node("a", 100, { prio: 1 }), node("b", 100, { ceil: 500 }), node("c", 100)],
      greedy: ["a", "b", "c"],
    },
    "up to a ceiling": {
      plans: [HOST, node("a", 100, { ceil: 150 }), node("b", 100)],
      greedy: ["a", "b"],
    },
    "a group lends within itself first": {
      plans: [
        HOST,
        node("g", 400),
        node("h", 600),
        node("a", 100, { parent: "g" }),
        node("b", 100, { parent: "g" }),
        node("c", 300, { parent: "h" }),
      ],
      greedy: ["a", "c"],
    },
    "deep, with a ceiling in the middle": {
      plans: [
        HOST,
        node("g", 300, { ceil: 450 }),
        node("h", 300),
        node("a", 50, { parent: "g" }),
        node("b", 50, { parent: "g", quantum: 2 }),
        node("c", 300, { parent: "h" }),
      ],
      greedy: ["a", "b", "c"],
    },
  };
  it.each(Object.entries(cases))("%s", (_name, { plans, greedy }) => {
    for (const { id, here, there } of compare(plans, greedy)) {
      expect(here / there, `${id}: ${here} here, ${there} there`).toBeGreaterThan(0.95);
      expect(here / there, `${id}: ${here} here, ${there} there`).toBeLessThan(1.05);
    }
  });
});
