import { simulate, stepsOf } from "/work/main/test/simulation/simulate.ts";
const from = Number(process.argv[2] ?? 1), to = Number(process.argv[3] ?? 20), count = Number(process.argv[4] ?? 120);
const t = performance.now(); let bad = 0; let cpu = process.cpuUsage();
for (let seed = from; seed <= to; seed++) {
  const p = await simulate(seed, stepsOf(seed, count)).catch(e => "THROWN " + e.stack);
  if (p) { bad++; console.log(seed, p); }
}
const c = process.cpuUsage(cpu);
console.log(bad, "bad", ((performance.now() - t) / (to - from + 1)).toFixed(0), "ms each; cpu", ((c.user+c.system)/1000/(to-from+1)).toFixed(0));
process.exit();
