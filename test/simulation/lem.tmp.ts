import { simulate, stepsOf } from "./simulate.ts";
const ev = new Map<string, number>();
import { BROKEN_LEMMAS } from "./broken-lemmas.ts";
for (const [name, make] of Object.entries(BROKEN_LEMMAS)) {
  let bad: number[] = [], first = "", t = performance.now();
  const n = 100;
  for (let seed = 1; seed <= n; seed++) {
    const o = await simulate(seed, stepsOf(seed, 120), make()).catch(e => ({problem: "THROWN " + e.stack, events: new Map<string,number>()})); const p = o.problem; for (const [k,v] of o.events) ev.set(k,(ev.get(k)??0)+v);
    if (p) { bad.push(seed); first ||= p; }
  }
  console.log(name, bad.length, "of", n, "first", bad[0], ((performance.now()-t)/n).toFixed(0), "ms\n   ", first.slice(0, 200));
}
console.log(ev); process.exit();
