import { execFile } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";
import { isRunning } from "../programs/is-running.ts";
import { isLeft, mountsLeft, ownName } from "./leftovers.ts";

const RUNNING = 11;
const isThere = (pid: number) => pid === RUNNING;

it("takes what names a run that is over, and nothing else", () => {
  const names = [
    [ownName(12), true],
    [`${ownName(12)}-x7Yq2a`, true],
    [ownName(RUNNING), false],
    [`${ownName(RUNNING)}-x7Yq2a`, false],
    ["tidings-chaos-", false],
    ["tidings-chaos-12a", false],
    ["tidings-mesh-12", false],
    ["my-tidings-chaos-12", false],
  ] as const;
  for (const [name, left] of names) expect([name, isLeft(name, isThere)]).toEqual([name, left]);
});

it("finds the disks of runs that are over among all that is mounted", () => {
  const mounts = [
    "proc /proc proc rw 0 0",
    "tidings-chaos-12 /tmp/tidings-chaos-12-a/disk tmpfs rw,size=65536k 0 0",
    `tidings-chaos-${RUNNING} /tmp/tidings-chaos-${RUNNING}-b/disk tmpfs rw 0 0`,
    "tmpfs /tmp/tidings-chaos-12 tmpfs rw 0 0",
    "",
  ].join("\n");
  expect(mountsLeft(mounts, isThere)).toEqual(["/tmp/tidings-chaos-12-a/disk"]);
});

it("knows who runs", async () => {
  const child = execFile("true");
  const { pid = 0 } = child;
  await once(child, "exit");
  expect([isRunning(process.pid), isRunning(pid)]).toEqual([true, false]);
});
