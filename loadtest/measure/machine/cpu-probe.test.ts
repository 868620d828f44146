import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

it("stays as it was compiled: what it says is of the machine, and not of its compiler", async () => {
  const probe = JSON.stringify(join(import.meta.dirname, "cpu-probe.ts"));
  const script = `import { probeCpu } from ${probe}; for (let i = 0; i < 6; i++) { probeCpu(); console.log("probed"); }`;
  const words = ["--trace-deopt", "--input-type=module", "--eval", script];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  const [, ...afterFirst] = stdout.split(/^probed$/m);
  expect(afterFirst).toHaveLength(6);
  expect(afterFirst.join()).not.toMatch(/deoptimizing .*<JSFunction (probeCpu|work|mix)\b/);
});
