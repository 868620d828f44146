import { describe, expect, it } from "vitest";
import { Limit } from "#gen/ratelimit/v1/ratelimit.ts";
import { limitMessageOf, limitOf } from "./limit-message.ts";

const read = (json: object) => limitOf(Limit.fromPartial(json), "limits[0]");
const problemOf = (json: object) => {
  try {
    read(json);
    return "none";
  } catch (error) {
    return (error as Error).message;
  }
};

describe("a limit as a message", () => {
  it("fills in what was left out", () => {
    expect(read({ path: "users/*", rate: { ops: 5n }, perSeconds: 60 })).toEqual({
      path: "users/*",
      leased: false,
      shadow: false,
      limits: {
        rate: { ops: 300, bytes: Infinity },
        ceiling: { ops: 300, bytes: Infinity },
        burst: { ops: 1, bytes: 4 * 1_024 ** 3 },
        boot: { ops: 0, bytes: 0 },
        safe: { ops: 300, bytes: Infinity },
        weight: 1,
        priority: 0,
      },
    });
  });

  it("assures nothing where only a ceiling is set, or in a group without rates", () => {
    expect(read({ path: "a/b", ceiling: { ops: 10n } }).limits).toMatchObject({
      rate: { ops: 0 },
      safe: { ops: 3_600 },
    });
    expect(read({ path: "a/b" }).limits).toMatchObject({
      rate: { ops: 0, bytes: 0 },
      ceiling: { ops: Infinity, bytes: Infinity },
    });
  });

  it("admits nothing at all by a rate or a ceiling of 0, whatever else is said", () => {
    const nothing = { rate: { ops: 0 }, ceiling: { ops: 0 }, burst: { ops: 0 }, safe: { ops: 0 } };
    expect(read({ path: "a", rate: { ops: 0n } }).limits).toMatchObject(nothing);
    expect(read({ path: "a", ceiling: { ops: 0n } }).limits).toMatchObject(nothing);
    const more = { burst: { ops: 5n }, safe: { ops: 7n } };
    expect(read({ path: "a", rate: { ops: 0n }, ...more }).limits).toMatchObject(nothing);
    expect(read({ path: "a", rate: { ops: 0n }, ceiling: { ops: 1n } }).limits).toMatchObject({
      rate: { ops: 0 },
      burst: { ops: 1 },
      safe: { ops: 360 },
    });
  });

  it("lets nobody use more than the ceiling while no coordinator answers", () => {
    const { safe } = read({ path: "a", ceiling: { ops: 2n }, safe: { ops: 3n } }).limits;
    expect(safe.ops).toBe(2 * 3_600);
  });

  it("comes back as it was", () => {
    const limit = read({
      path: "fleet/*/vm",
      rate: { ops: 7n, bytes: 3_600n },
      ceiling: { ops: 11n, bytes: 7_200n },
      perSeconds: 3_600,
      burst: { ops: 3n },
      boot: { bytes: 9n },
      weight: 4,
      priority: 7,
      safe: { ops: 1n },
      leased: true,
    });
    const shut = read({ path: "shut", rate: { ops: 0n, bytes: 0n } });
    for (const one of [limit, shut, read({ path: "a/group" }), read({ path: "root" })]) {
      expect(limitOf(limitMessageOf(one), "again")).toEqual(one);
    }
  });

  it.each([
    [{ rate: { ops: 5n, bytes: 7n } }, 1, { ops: 5n, bytes: 7n }],
    [{ rate: { ops: 60n, bytes: 120n }, perSeconds: 60 }, 1, { ops: 1n, bytes: 2n }],
    [{ rate: { ops: 30n }, perSeconds: 60 }, 60, { ops: 30n }],
    [{ rate: { ops: 3n }, perSeconds: 900 }, 3_600, { ops: 12n }],
  ])("shows rates for a second, a minute or an hour: %#", (json, perSeconds, rate) => {
    const shown = limitMessageOf(read({ path: "a", ...json }));
    expect(shown).toMatchObject({ perSeconds, rate });
  });

  it.each([
    [{ path: "" }, "limits[0].path"],
    [{ path: "*" }, "a root has a name"],
    [{ path: "a//b" }, 'the segment ""'],
    [{ path: Array.from({ length: 9 }, () => "a").join("/") }, "at most 8"],
    [{ path: "a", perSeconds: 7 }, "divisor of 3,600"],
    [{ path: "a", rate: { ops: -1n } }, "limits[0].rate.ops"],
    [{ path: "a", rate: { ops: 2_000_000n } }, "1,000,000 a second"],
    [{ path: "a", rate: { bytes: 1n }, perSeconds: 60 }, "multiple of per_seconds"],
    [{ path: "a", rate: { ops: 2n }, ceiling: { ops: 1n } }, "raise the ceiling"],
    [{ path: "a", burst: { ops: 0n } }, "limits[0].burst.ops"],
    [{ path: "a", weight: -1 }, "limits[0].weight"],
    [{ path: "a", priority: 8 }, "send 0 to 7"],
  ])("refuses %# with a message that helps", (json, problem) => {
    expect(problemOf(json)).toContain(problem);
  });
});
