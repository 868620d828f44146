import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { limit, ops, start, TIMES } from "../../testing/fleet.ts";
import { NOTHING } from "../amounts.ts";
import { LimitBook } from "../limits/limit-book.ts";
import { Coordinator, type Remembered } from "./coordinator.ts";
import { type Lease, usable } from "./lease.ts";

/** A host that keeps the last lease it heard of. */
interface Host {
  lease: Lease | undefined;
  askedMs: number;
}

const ageOf = ({ askedMs }: Host, nowMs: number) => {
  return { monotonicMs: nowMs - askedMs, wallMs: nowMs - askedMs };
};

describe("the sum of what hosts may use", () => {
  const steps = fc.array(
    fc.record({
      host: fc.integer({ min: 0, max: 4 }),
      afterMs: fc.integer({ min: 0, max: 3_000 }),
      wants: fc.integer({ min: 0, max: 2_000 }),
      what: fc.constantFrom("ask", "ask", "ask", "ask", "answer lost", "crash"),
    }),
    { minLength: 1, maxLength: 60 },
  );

  it("of leases never exceeds a limit that changes, but for one lease after it was lowered", () => {
    const change = fc.record({ step: fc.nat(59), fleet: fc.integer({ min: 0, max: 1_500 }) });
    fc.assert(
      fc.property(steps, fc.array(change, { maxLength: 4 }), (history, changes) => {
        const hosts: Host[] = Array.from({ length: 5 }, () => ({ lease: undefined, askedMs: 0 }));
        const ceilings = [{ sinceMs: 0, fleet: 1_000 }];
        const coordinator = start([limit("fleet", 1_000), limit("fleet/*", 200, 1_000)]);
        let nowMs = 0;
        history.forEach(({ host: i, afterMs, wants, what }, step) => {
          nowMs += afterMs;
          for (const { fleet } of changes.filter((one) => one.step === step)) {
            const limits = [limit("fleet", fleet), limit("fleet/*", 200, 1_000)];
            coordinator.setBook(
              new LimitBook(BigInt(ceilings.push({ sinceMs: nowMs, fleet })), limits),
              nowMs,
            );
          }
          const host = hosts[i];
          const ageMs = host.lease && nowMs - host.askedMs;
          const has = host.lease ? usable(host.lease, ageOf(host, nowMs)) : NOTHING;
          const ask = { path: `fleet/${i}`, wants: ops(wants), has, ageMs };
          const asked = coordinator.ask(`${i}`, ask, nowMs);
          if (asked.kind === "leased" && what !== "answer lost") {
            Object.assign(host, { lease: asked.lease, askedMs: nowMs });
          }
          const leased = hosts.filter((one) => nowMs - one.askedMs < TIMES.lengthMs);
          const sum = leased.reduce((total, { lease }) => total + (lease?.granted.ops ?? 0), 0);
          const inForce = ceilings.filter(
            (_, n) => (ceilings[n + 1]?.sinceMs ?? nowMs) >= nowMs - TIMES.lengthMs,
          );
          expect(sum).toBeLessThanOrEqual(Math.max(...inForce.map(({ fleet }) => fleet)));
        });
      }),
      { numRuns: 300 },
    );
  });

  it("never exceeds what there is, where they share one node and answers get lost", () => {
    const times = { ...TIMES, forgetMs: 1_000_000 };
    const book = new LimitBook(1n, [limit("fleet", 1_000)]);
    fc.assert(
      fc.property(steps, (history) => {
        const hosts: Host[] = Array.from({ length: 5 }, () => ({ lease: undefined, askedMs: 0 }));
        const store = new Map<string, Remembered>();
        let nowMs = 0;
        let coordinator = new Coordinator({ book, times, nowMs, remembered: undefined });
        const uses = (host: Host) =>
          host.lease ? usable(host.lease, ageOf(host, nowMs)) : NOTHING;
        for (const { host: i, afterMs, wants, what } of history) {
          nowMs += afterMs;
          const host = hosts[i];
          if (what === "crash") {
            coordinator = new Coordinator({ book, times, nowMs, remembered: [...store.values()] });
            continue;
          }
          const ageMs = host.lease && nowMs - host.askedMs;
          const ask = { path: "fleet", wants: ops(wants), has: uses(host), ageMs };
          const asked = coordinator.ask(
            `${i}`,
            { ...ask, safe: host.lease?.safe ?? NOTHING },
            nowMs,
          );
          if (asked.kind !== "leased") continue;
          if (asked.remember) store.set(`${i}`, asked.remember);
          if (what === "ask") Object.assign(host, { lease: asked.lease, askedMs: nowMs });
          const sum = hosts.reduce((total, one) => total + uses(one).ops, 0);
          expect(sum).toBeLessThanOrEqual(1_000);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("never exceeds what there is: with lost answers, silent hosts and a crashing coordinator", () => {
    fc.assert(
      fc.property(steps, (history) => {
        // Five hosts are assured 200 each of 1,000: not oversold.
        const book = new LimitBook(1n, [limit("fleet", 1_000), limit("fleet/*", 200, 1_000)]);
        const store = new Map<string, Remembered>();
        const restart = (remembered: readonly Remembered[] | undefined) =>
          new Coordinator({ book, times: TIMES, nowMs, remembered });
        const hosts: Host[] = Array.from({ length: 5 }, () => ({ lease: undefined, askedMs: 0 }));
        let nowMs = 0;
        let coordinator = restart(undefined);
        const uses = (host: Host) =>
          host.lease ? usable(host.lease, ageOf(host, nowMs)) : NOTHING;
        for (const { host: i, afterMs, wants, what } of history) {
          nowMs += afterMs;
          const host = hosts[i];
          if (what === "crash") {
            coordinator = restart([...store.values()]);
            continue;
          }
          const ageMs = host.lease && nowMs - host.askedMs;
          const ask = { path: `fleet/${i}`, wants: ops(wants), has: uses(host), ageMs };
          const asked = coordinator.ask(`${i}`, ask, nowMs);
          if (asked.kind !== "leased") continue;
          if (asked.remember) store.set(`${i}`, asked.remember);
          if (what === "answer lost") continue;
          host.lease = asked.lease;
          host.askedMs = nowMs;
          const sum = hosts.reduce((total, one) => total + uses(one).ops, 0);
          expect(sum).toBeLessThanOrEqual(1_000);
        }
      }),
      { numRuns: 300 },
    );
  });
});
