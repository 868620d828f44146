import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const MODULE = new URL("priority.ts", import.meta.url).href;

/** What a process of its own says, as JSON. */
async function saidBy(code: string): Promise<unknown> {
  const source = `import { takeNiceness } from ${JSON.stringify(MODULE)};
    import { getPriority } from "node:os";
    import { readdirSync } from "node:fs";
    ${code}`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--input-type=module",
    "--eval",
    source,
  ]);
  return JSON.parse(stdout);
}

it("all threads have the niceness", async () => {
  const threads = await saidBy(`
    const now = takeNiceness(7);
    const all = readdirSync("/proc/self/task").map((id) => getPriority(Number(id)));
    console.log(JSON.stringify({ now, all }));`);
  expect(threads).toMatchObject({ now: 7 });
  const { all } = threads as { all: number[] };
  expect(all.length).toBeGreaterThan(1);
  expect(new Set(all)).toEqual(new Set([7]));
});

it("what is not allowed changes nothing", async () => {
  const both = await saidBy(`
    if (process.getuid() === 0) process.setuid(65534);
    console.log(JSON.stringify([getPriority(), takeNiceness(-10)]));`);
  expect(both).toEqual([0, 0]);
});
