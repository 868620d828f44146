import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { until } from "../../../test/support/until.ts";
import { slowCores } from "./slow-cores.ts";

it.skipIf(process.platform !== "linux")(
  "lets processes stand still now and then, and leaves none of them so",
  async () => {
    const children = [0, 1].map(() => spawn("sleep", ["600"]));
    const pids = children.flatMap(({ pid }) => pid ?? []);
    expect(pids).toHaveLength(2);
    /** T while it stands still: field 3 of proc_pid_stat(5). */
    const stateOf = (pid: number) =>
      /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1] ?? "";
    try {
      const stood = new Set<number>();
      {
        await using _ = slowCores(() => pids, Math.random);
        await until(() => {
          for (const pid of pids) if (stateOf(pid) === "T") stood.add(pid);
          return stood.size === pids.length;
        });
      }
      expect(pids.map(stateOf)).toEqual(["S", "S"]);
    } finally {
      for (const child of children) child.kill("SIGKILL");
    }
  },
);
