import { GetTimelineResponse } from "#gen/timeline/v1/timeline.ts";
const orig = GetTimelineResponse.decode;
const log: string[] = [];
(GetTimelineResponse as any).decode = (b: any) => { const p = orig(b); log.push(JSON.stringify(p, (k, v) => k==="cursor" ? undefined : typeof v === "bigint" ? String(v) : v)); return p; };
import { simulate, stepsOf } from "./simulate.ts";
const seed = Number(process.argv[2]);
const o = await simulate(seed, stepsOf(seed, 120));
console.log(log.slice(-12).join("\n")); console.log(o.problem); process.exit();
