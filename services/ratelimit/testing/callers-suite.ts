import { expect, it } from "vitest";
import { Amount } from "#gen/ratelimit/v1/ratelimit.ts";
import { anHour, limitsUnderTest, type RateLimitFixture } from "./limits-under-test.ts";

/** A hundred callers at once, and VMs that boot: nothing is given twice. On any engine. */
export function callersSuite(open: () => Promise<RateLimitFixture>): void {
  const test = limitsUnderTest(open);
  const { set, check, restart } = test;

  it("allows a hundred callers at once exactly what there is, whoever of them comes first", async () => {
    await set(anHour("fleet", 100n, 30n), anHour("fleet/*", 10n, 20n));
    const paths = Array.from({ length: 100 }, (_, i) => `fleet/${"ab"[i % 2]}`);
    const answers = await Promise.all(paths.map((path) => check(path)));
    const allowed = paths.filter((_, i) => answers[i].allowed);
    expect(allowed).toHaveLength(30);
    const refusers = new Set(answers.map(({ refusedBy }) => refusedBy));
    expect([...refusers].sort().slice(0, 2)).toEqual(["", "fleet"]);
    for (const host of ["fleet/a", "fleet/b"]) {
      expect(allowed.filter((path) => path === host).length).toBeLessThanOrEqual(20);
    }
  });

  it("leases a hundred hosts at once no more together than there is", async () => {
    await set(
      { ...anHour("fleet", 1_000n, 100n) },
      { ...anHour("fleet/*", 20n, 5n), ceiling: { ops: 1_000n }, leased: true },
    );
    const hosts = Array.from({ length: 100 }, (_, i) => `host-${i}`);
    const granted = await Promise.all(
      hosts.map(async (host) => {
        const ask = {
          path: `fleet/${host}`,
          wants: { ops: 500n },
          has: { ops: 0n },
          ageMs: 0n,
          returned: undefined,
          safe: undefined,
        };
        const asks = [{ ...ask, wants: Amount.create(ask.wants), has: Amount.create(ask.has) }];
        const { grants } = await test.limits.lease({ holder: host, asks, knownRevision: 0n });
        return grants[0].granted?.ops ?? 0n;
      }),
    );
    expect(granted.reduce((sum, ops) => sum + ops, 0n)).toBeLessThanOrEqual(1_000n);
    const { limits: listed } = await test.limits.listLimits({
      path: "fleet/*",
      pageSize: 1,
      pageToken: "",
    });
    expect(listed).toMatchObject([{ holders: 100 }]);
  });

  it("gives a VM that boots its one-time burst, once", async () => {
    await set(
      { ...anHour("fleet", 1_000n, 100n) },
      { ...anHour("fleet/*", 1n, 1n), boot: { ops: 20n } },
    );
    const boot = { path: "fleet/vm", bootId: "boot-1" };
    expect(await test.limits.startBoot(boot)).toMatchObject({ boot: { ops: 20n } });
    expect(await test.limits.startBoot(boot)).toMatchObject({ boot: { ops: 0n } });
    expect(await check("fleet/vm", 20n)).toMatchObject({ allowed: true });
    expect(await check("fleet/vm", 1n)).toMatchObject({ allowed: true });
    expect(await check("fleet/vm", 1n)).toMatchObject({ allowed: false });
  });

  it("gives a boot's burst once over restarts, and what is left of it is still there", async () => {
    // A burst begins empty after a restart: the fleet's is full again by the next call.
    await set(
      { ...anHour("fleet", 3_600_000_000n, 100n) },
      { ...anHour("fleet/*", 1n, 1n), boot: { ops: 20n, bytes: 0n } },
    );
    const boot = { path: "fleet/vm", bootId: "boot-1" };
    const both = await Promise.all([test.limits.startBoot(boot), test.limits.startBoot(boot)]);
    expect(both.map((one) => one.boot?.ops).sort()).toEqual([0n, 20n]);
    const burst = Promise.all(Array.from({ length: 4 }, () => check("fleet/vm", 3n)));
    expect((await burst).map(({ allowed }) => allowed)).toEqual([true, true, true, true]);
    await restart();
    expect(await test.limits.startBoot(boot)).toMatchObject({ boot: { ops: 0n } });
    expect(await test.limits.startBoot({ ...boot, path: "fleet/vm/disk" })).toMatchObject({
      boot: { ops: 0n },
    });
    expect(await check("fleet/vm", 8n)).toMatchObject({ allowed: true });
    expect(await check("fleet/vm", 1n)).toMatchObject({ allowed: false });
    await restart();
    expect(await check("fleet/vm", 2n)).toMatchObject({ allowed: false, never: true });
    expect(await test.limits.startBoot({ ...boot, bootId: "boot-2" })).toMatchObject({
      boot: { ops: 20n },
    });
    await restart();
    expect(await test.limits.startBoot({ ...boot, bootId: "boot-2" })).toMatchObject({
      boot: { ops: 0n },
    });
    expect(await check("fleet/vm", 20n)).toMatchObject({ allowed: true });
  });
}
