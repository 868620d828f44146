import { simulate, stepsOf } from "/work/main/test/simulation/simulate.ts";
const ev = new Map<string, number>();
const from = Number(process.argv[2] ?? 1), to = Number(process.argv[3] ?? 20), count = Number(process.argv[4] ?? 120);
const t = performance.now(); let bad = 0; let cpu = process.cpuUsage();
for (let seed = from; seed <= to; seed++) {
  const o = await simulate(seed, stepsOf(seed, count)).catch(e => ({problem: "THROWN " + e.stack, events: new Map<string,number>()})); const p = o.problem; for (const [k,v] of o.events) ev.set(k,(ev.get(k)??0)+v);
  if (p) { bad++; console.log(seed, p); }
}
const c = process.cpuUsage(cpu);
console.log(bad, "bad", ((performance.now() - t) / (to - from + 1)).toFixed(0), "ms each; cpu", ((c.user+c.system)/1000/(to-from+1)).toFixed(0));
console.log(ev); process.exit();
