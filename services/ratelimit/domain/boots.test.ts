import fc from "fast-check";
import { expect, test } from "vitest";
import type { StoredBoot } from "./boot.ts";
import { Boots, MAX_BOOTS } from "./boots.ts";

const both = (ops: number) => ({ ops, bytes: 0 });
const BURST = 10;

/** Keeps what has the highest order; writes fail and arrive late as told. */
class Disk {
  readonly rows = new Map<string, StoredBoot>();
  readonly late: StoredBoot[] = [];
  next: "written" | "failed" | "lost" | "late" = "written";

  async keepBoots(boots: readonly StoredBoot[]): Promise<void> {
    const how = this.next;
    this.next = "written";
    if (how === "written" || how === "lost") for (const boot of boots) this.#put(boot);
    if (how === "late") this.late.push(...boots);
    if (how !== "written") throw new Error("nobody knows");
  }

  async forgetBoots(paths: readonly string[]): Promise<void> {
    for (const path of paths) this.rows.delete(path);
  }

  /** What was on its way when its writer died. */
  arrive(): void {
    for (const boot of this.late.splice(0)) this.#put(boot);
  }

  #put(boot: StoredBoot): void {
    const known = this.rows.get(boot.path);
    if (known === undefined || known.order < boot.order) this.rows.set(boot.path, boot);
  }
}

const aStep = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("boot" as const), isNew: fc.boolean() }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("spend" as const),
      ops: fc.integer({ min: 1, max: 6 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("restart" as const), takesOver: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("arrive" as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("fault" as const),
      how: fc.constantFrom("failed" as const, "lost" as const, "late" as const),
    }),
  },
);

type Step = typeof aStep extends fc.Arbitrary<infer T> ? T : never;

/** Plays a VM and its coordinators; by boot: how much was answered that it may use. */
async function play(steps: readonly Step[]): Promise<ReadonlyMap<string, number>> {
  const disk = new Disk();
  let term = 1n;
  let boots = new Boots(disk, [], term);
  /** What the process that decides has: of which boot, and how much. */
  let hand = { of: "", ops: 0 };
  const used = new Map<string, number>();
  let asked = 0;
  for (const step of steps) {
    if (step.kind === "boot") {
      // A VM boots anew with a name of its own, or asks again with its last one.
      if (step.isNew) asked++;
      const boot = { path: "vm", bootId: `boot-${asked}`, left: both(BURST) };
      const isBegun = await boots.begin(boot).catch(() => false);
      if (isBegun) hand = { of: boot.bootId, ops: boots.leftOf("vm").ops };
    } else if (step.kind === "spend" && step.ops <= hand.ops) {
      hand.ops -= step.ops;
      const isAnswered = boots.spent("vm", both(hand.ops)).then(() => true);
      if (await isAnswered.catch(() => false)) {
        used.set(hand.of, (used.get(hand.of) ?? 0) + step.ops);
      }
    } else if (step.kind === "restart") {
      if (step.takesOver) term++;
      else disk.arrive();
      boots = new Boots(disk, [...disk.rows.values()], term);
      hand = { of: disk.rows.get("vm")?.bootId ?? "", ops: boots.leftOf("vm").ops };
    } else if (step.kind === "arrive") disk.arrive();
    else if (step.kind === "fault") disk.next = step.how;
  }
  return used;
}

test("nothing that was answered is given again, whatever fails, comes late and starts anew", async () => {
  const steps = fc.array(aStep, { minLength: 10, maxLength: 60, size: "max" });
  const property = fc.asyncProperty(steps, async (some) => {
    for (const ops of (await play(some)).values()) expect(ops).toBeLessThanOrEqual(BURST);
  });
  await fc.assert(property, { numRuns: 500 });
});

test("what an earlier coordinator still had on its way changes nothing", async () => {
  const disk = new Disk();
  const boot = { path: "vm", bootId: "one", left: both(BURST) };
  const earlier = new Boots(disk, [], 1n);
  for (let i = 0; i < 3; i++) {
    disk.next = "late";
    await expect(earlier.begin(boot)).rejects.toThrow("nobody knows");
  }
  const later = new Boots(disk, [], 2n);
  expect(await later.begin(boot)).toBe(true);
  await later.spent("vm", both(1));
  disk.arrive();
  expect(disk.rows.get("vm")?.left).toEqual(both(1));
});

test("a boot is begun when it is durable, and by one of those who ask for it", async () => {
  const disk = new Disk();
  const boots = new Boots(disk, [], 0n);
  const boot = { path: "vm", bootId: "one", left: both(BURST) };
  disk.next = "failed";
  await expect(boots.begin(boot)).rejects.toThrow("nobody knows");
  expect(boots.leftOf("vm")).toEqual(both(0));
  const begun = await Promise.all([boots.begin(boot), boots.begin(boot)]);
  expect(begun.sort()).toEqual([false, true]);
  expect(boots.leftOf("vm")).toEqual(both(BURST));
});

test("what is spent while a write is on its way is one write", async () => {
  const orders: bigint[] = [];
  const disk = new Disk();
  const keepBoots = async (some: readonly StoredBoot[]) => {
    orders.push(...some.map(({ order }) => order));
    await disk.keepBoots(some);
  };
  const boots = new Boots({ keepBoots, forgetBoots: async () => {} }, [], 0n);
  await boots.begin({ path: "vm", bootId: "one", left: both(BURST) });
  await Promise.all([9, 8, 7, 6].map((left) => boots.spent("vm", both(left))));
  expect(disk.rows.get("vm")?.left).toEqual(both(6));
  expect(orders).toEqual([1n, 2n]);
});

test("beyond its bound the boot whose burst was not used for longest is forgotten", async () => {
  const disk = new Disk();
  const stored = Array.from({ length: MAX_BOOTS }, (_, i) => {
    return { path: `vm-${i}`, bootId: "one", left: both(1), order: BigInt(i + 1) };
  });
  for (const boot of stored) disk.rows.set(boot.path, boot);
  const boots = new Boots(disk, stored, 0n);
  await boots.spent("vm-0", both(0));
  await boots.begin({ path: "new", bootId: "one", left: both(BURST) });
  expect(disk.rows.has("vm-0")).toBe(true);
  expect(disk.rows.has("vm-1")).toBe(false);
  expect(disk.rows.size).toBe(MAX_BOOTS);
});
