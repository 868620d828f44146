import { expect, it } from "vitest";
import { LeaseAsk, Limit } from "#gen/ratelimit/v1/ratelimit.ts";
import { anHour, limitsUnderTest, type RateLimitFixture, takeAll } from "./limits-under-test.ts";

/** What the service does, over gRPC, whatever the engine. Rates are so low that time plays no part. */
export function rateLimitServiceSuite(open: () => Promise<RateLimitFixture>): void {
  const test = limitsUnderTest(open);
  const { set, check, restart, holderOf } = test;

  it("allows what a limit and all above it leave, and says who refuses and when to come back", async () => {
    await set(anHour("fleet", 100n, 5n), anHour("fleet/*", 10n, 3n));
    for (const remaining of [2n, 1n, 0n]) {
      expect(await check("fleet/a")).toMatchObject({
        allowed: true,
        remaining: { ops: remaining },
      });
    }
    const refused = await check("fleet/a");
    expect(refused).toMatchObject({ allowed: false, refusedBy: "fleet/a", never: false });
    expect(refused.retryAfterMs).toBeGreaterThan(350_000n);
    expect(refused.retryAfterMs).toBeLessThanOrEqual(360_000n);
    expect(await check("fleet/b", 2n)).toMatchObject({ allowed: true });
    expect(await check("fleet/b")).toMatchObject({ allowed: false, refusedBy: "fleet" });
    expect(await check("fleet/c", 4n)).toMatchObject({ allowed: false, never: true });
  });

  it("counts operations and bytes together", async () => {
    await set({
      path: "disk",
      rate: { ops: 1n, bytes: 3_600n },
      perSeconds: 3_600,
      burst: { ops: 9n, bytes: 100n },
    });
    expect(await check("disk", 1n, 90n)).toMatchObject({ allowed: true, remaining: { ops: 8n } });
    expect(await check("disk", 1n, 50n)).toMatchObject({ allowed: false, refusedBy: "disk" });
    expect(await check("disk", 8n, 0n)).toMatchObject({ allowed: true });
  });

  it("lets nothing through a rate of 0, neither at first nor by a loan", async () => {
    await set(
      anHour("fleet", 100n, 20n),
      { path: "fleet/shut", rate: { ops: 0n } },
      { ...anHour("fleet/burst", 0n, 5n) },
      { path: "fleet/boots", rate: { ops: 0n }, boot: { ops: 2n } },
      { ...anHour("fleet/lent", 0n, 3n), ceiling: { ops: 10n } },
      { path: "root", rate: { ops: 0n } },
    );
    const refused = { allowed: false, never: true, remaining: { ops: 0n } };
    expect(await check("root")).toMatchObject({ ...refused, refusedBy: "root" });
    expect(await check("fleet/shut")).toMatchObject({ ...refused, refusedBy: "fleet/shut" });
    expect(await check("fleet/burst")).toMatchObject({ ...refused, refusedBy: "fleet/burst" });
    expect(await check("fleet/boots")).toMatchObject({ ...refused, refusedBy: "fleet/boots" });
    await test.limits.startBoot({ path: "fleet/boots", bootId: "boot-1" });
    expect(await check("fleet/boots", 2n)).toMatchObject({ allowed: true });
    expect(await check("fleet/boots")).toMatchObject(refused);
    expect(await check("fleet/lent", 3n)).toMatchObject({ allowed: true });
    expect(await check("fleet/lent")).toMatchObject({ allowed: false, never: false });
    const ask = LeaseAsk.create({ path: "root" });
    const { grants } = await test.limits.lease({ holder: "h", asks: [ask], knownRevision: 0n });
    expect(grants).toMatchObject([{ granted: { ops: 0n }, burst: { ops: 0n }, safe: { ops: 0n } }]);
  });

  it("shuts a node, and all below it, that was open until then", async () => {
    await set(anHour("fleet", 100n, 20n), anHour("fleet/*", 10n, 5n), anHour("fleet/*/*", 10n, 5n));
    expect(await check("fleet/a/vm")).toMatchObject({ allowed: true });
    await set(anHour("fleet/a", 0n, 5n), {
      path: "fleet/a/lent",
      rate: { ops: 0n },
      ceiling: { ops: 10n },
    });
    expect(await check("fleet/a")).toMatchObject({ allowed: false, never: true });
    expect(await check("fleet/a/vm")).toMatchObject({ allowed: false, refusedBy: "fleet/a" });
    expect(await check("fleet/a/lent")).toMatchObject({ allowed: false, refusedBy: "fleet/a" });
    expect(await check("fleet/b/vm")).toMatchObject({ allowed: true });
  });

  it("keeps limits over a restart, and learns nothing when nobody else has leases", async () => {
    await set(anHour("fleet", 100n, 5n));
    await check("fleet");
    await restart();
    // Its burst begins empty; that of a limit that is new is full.
    expect(await check("fleet")).toMatchObject({ allowed: false, refusedBy: "fleet" });
    const { revision } = await set(anHour("other", 100n, 5n));
    expect(await check("other", 5n)).toMatchObject({ allowed: true });
    const { limits: listed, revision: after } = await test.limits.listLimits({
      path: "fleet",
      pageSize: 0,
      pageToken: "",
    });
    expect(after).toBe(revision);
    expect(listed).toMatchObject([
      { limit: { path: "fleet", rate: { ops: 100n } }, leased: { ops: 100n }, holders: 1 },
    ]);
  });

  it("puts changed limits in force at once, and takes them out", async () => {
    await set(anHour("fleet", 100n, 5n), anHour("fleet/*", 10n, 5n));
    await check("fleet/a");
    await set(anHour("fleet/a", 10n, 1n));
    expect(await check("fleet/a", 2n)).toMatchObject({ allowed: false, never: true });
    await set({ ...anHour("fleet/a", 10n, 1n), shadow: true });
    expect(await check("fleet/a", 2n)).toMatchObject({ allowed: true });
    const paths = ["fleet", "fleet/*", "fleet/a"];
    await test.limits.setLimits({ limits: [], removedPaths: paths, expectedRevision: undefined });
    await expect(check("fleet/a")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("refuses a change that was made for another revision, and bad input by its field", async () => {
    const change = { limits: [Limit.create(anHour("a", 1n, 1n))], removedPaths: [] };
    await test.limits.setLimits({ ...change, expectedRevision: 0n });
    const stale = test.limits.setLimits({ ...change, expectedRevision: 0n });
    await expect(stale).rejects.toMatchObject({ code: "ABORTED", reason: "STALE_REVISION" });
    await expect(set(anHour("a b", 1n, 1n))).rejects.toThrow("limits[0].path");
    await expect(set(anHour("a", 1n, 1n), anHour("a", 2n, 1n))).rejects.toThrow("twice");
    await expect(set()).rejects.toThrow("send 1 to 100");
    await expect(check("a/*")).rejects.toThrow("path");
    await expect(check("a", -1n)).rejects.toThrow("ops");
    for (const holder of ["", "host\n7"]) {
      const lease = test.limits.lease({ holder, asks: [], knownRevision: 0n });
      await expect(lease).rejects.toThrow("holder");
    }
    const boot = test.limits.startBoot({ path: "a", bootId: "boot\0" });
    await expect(boot).rejects.toThrow("boot_id");
  });

  it("leaves the revision to a change that changes nothing", async () => {
    const { revision } = await set(anHour("fleet", 100n, 5n), { path: "fleet/group" });
    const remove = (...removedPaths: string[]) =>
      test.limits.setLimits({ limits: [], removedPaths, expectedRevision: revision });
    expect(await remove("absent")).toEqual({ revision });
    expect(await set(anHour("fleet", 100n, 5n), { path: "fleet/group" })).toEqual({ revision });
    const { revision: next } = await set(anHour("fleet", 100n, 6n), { path: "fleet/group" });
    expect(next).toBeGreaterThan(revision);
    await expect(remove("absent")).rejects.toMatchObject({ code: "ABORTED" });
  });

  it("goes on with a list by the token of its page before, and by no other", async () => {
    await set(...["a", "b", "b/x", "b/y"].map((path) => anHour(path, 1n, 1n)));
    const list = async (path: string, pageToken: string) => {
      const page = await test.limits.listLimits({ path, pageSize: 1, pageToken });
      return { paths: page.limits.map(({ limit }) => limit?.path), next: page.nextPageToken };
    };
    const first = await list("", "");
    expect(first.paths).toEqual(["a"]);
    const second = await list("", first.next);
    expect(second.paths).toEqual(["b"]);
    const below = await list("b", "");
    for (const wrong of ["a", "nonsense", `${first.next}0`, `x${first.next}`, below.next]) {
      await expect(list("", wrong), wrong).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
      await expect(list("", wrong), wrong).rejects.toThrow("page_token");
    }
    expect((await list("b", below.next)).paths).toEqual(["b/x"]);
  });

  it("calls lent leases back at once, though their holders would renew in an hour", async () => {
    await set(anHour("fleet", 1_000n, 10n), {
      ...anHour("fleet/*", 400n, 5n),
      ceiling: { ops: 1_000n },
      leased: true,
    });
    const watched = test.limits.watchLeases({ holder: "a" })[Symbol.asyncIterator]();
    const heard = watched.next();
    const ask = async (host: string, wants: bigint, has: bigint) => {
      const one = { path: `fleet/${host}`, wants: { ops: wants }, has: { ops: has } };
      const asks = [LeaseAsk.create(one)];
      const { grants } = await test.limits.lease({ holder: host, asks, knownRevision: 0n });
      return grants[0].granted?.ops;
    };
    expect(await ask("a", 2_000n, 0n)).toBe(1_000n);
    // The stream may open after the first question: asked again, it is recalled again.
    let answer = await Promise.race([heard, ask("b", 400n, 0n)]);
    while (typeof answer !== "object") {
      await ask("a", 2_000n, 1_000n);
      answer = await Promise.race([heard, ask("b", 400n, 0n)]);
    }
    expect(answer.value).toEqual({ paths: ["fleet/a"] });
    await watched.return?.();
    expect(await ask("a", 2_000n, 1_000n)).toBe(600n);
    expect(await ask("a", 2_000n, 600n)).toBe(600n);
    expect(await ask("b", 400n, 0n)).toBe(400n);
  });

  it("leases a node to a holder, that decides for all below, and gives it back", async () => {
    await set({ ...anHour("fleet/*", 100n, 4n), leased: true }, anHour("fleet/*/*", 50n, 3n));
    {
      await using holder = holderOf("host-7");
      expect(holder.take("fleet/h/v1", 1, 0).kind).toBe("unknown");
      await holder.ready("fleet/h/v1");
      expect(takeAll(holder, "fleet/h/v1")).toBe(3);
      expect(takeAll(holder, "fleet/h/v2")).toBe(1);
      expect(holder.take("fleet/h/v2", 1, 0)).toMatchObject({ refusedBy: "fleet/h" });
      expect(holder.take("elsewhere", 1, 0).kind).toBe("unlimited");
    }
    const { limits: listed } = await test.limits.listLimits({
      path: "fleet",
      pageSize: 1,
      pageToken: "",
    });
    expect(listed).toMatchObject([{ limit: { path: "fleet/*" }, holders: 0 }]);
  });

  it("tells who has a lease of nothing for now to ask again, and not that it never may", async () => {
    await set(anHour("fleet", 100n, 4n));
    // One who hears of no recall and gives nothing back, as a holder would within a moment.
    const asks = [LeaseAsk.create({ path: "fleet", wants: { ops: 100_000n } })];
    const { grants } = await test.limits.lease({ holder: "host-1", asks, knownRevision: 0n });
    expect(grants).toMatchObject([{ granted: { ops: 100n } }]);
    await using second = holderOf("host-2");
    await second.ready("fleet");
    expect(second.take("fleet", 1, 0)).toMatchObject({ kind: "refused", retryAfterMs: 1_000 });
    expect(second.take("fleet", 5, 0)).toMatchObject({ retryAfterMs: Number.POSITIVE_INFINITY });
  });

  it("goes on deciding while the coordinator is away, and finds the next", async () => {
    await set({ ...anHour("fleet/*", 100n, 6n), leased: true });
    await using holder = holderOf("host-7");
    await holder.ready("fleet/h");
    expect(holder.take("fleet/h", 2, 0).kind).toBe("allowed");
    await test.service.close();
    await expect(holder.renew()).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(holder.take("fleet/h", 2, 0).kind).toBe("allowed");
    await restart();
    const { grants } = await test.limits.lease({
      holder: "host-7",
      asks: [
        LeaseAsk.create({
          path: "fleet/h",
          wants: { ops: 1n },
          has: { ops: 100n },
          ageMs: 500n,
        }),
      ],
      knownRevision: 0n,
    });
    expect(grants).toMatchObject([{ path: "fleet/h", granted: { ops: 100n } }]);
    expect(takeAll(holder, "fleet/h")).toBe(2);
  });
}
