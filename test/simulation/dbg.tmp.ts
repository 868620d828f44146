import { simulate, stepsOf } from "./simulate.ts";
import { idsOf } from "../../services/model/wire/id-pairs.ts";
import { Event } from "#gen/event/v1/event.ts";
const seed = Number(process.argv[2]), V = BigInt(process.argv[3]), P = BigInt(process.argv[4]);
let n = 0, lines: string[] = [];
const L = (...a: unknown[]) => { lines.push(a.map(x => typeof x === "bigint" ? String(x) : x).join(" ")); };
let stores = 0, last = '';
const o = await simulate(seed, stepsOf(seed, 120), {
  onDelivery: (q, p) => { const e = Event.decode(p).event; if (q === "posts" && e?.$case === "post" && e.value.postId === P) L("bus delivers", q, e.value.authorId, e.value.deleted);
   if (q === "friends" && e?.$case === "friend" && [e.value.userId, e.value.friendId].includes(V)) L("bus delivers edge", e.value.userId, e.value.friendId, Event.decode(p).requestId); },
  store: (s) => { const k = ++stores; L("new store", k, JSON.stringify(s.state(V as never), (_, v) => typeof v === "bigint" ? String(v) : v)); const st = () => { const x = s.state(V as never); return x.kind + (x.kind === "complete" ? " " + x.floor : ""); };
    return new Proxy(s, { get: (t, name) => {
      if (name === "append") return async (b: any) => { const hit = b.appends.filter((a: any) => a.postId === P && idsOf(a.viewers).includes(V)); const any = b.appends.filter((a: any) => idsOf(a.viewers).includes(V)); if (any.length) L(k, "append any", any.map((a:any)=>a.postId+"/"+a.authorId), st()); if (hit.length) L(k, "append begin", hit.map((a:any)=>a.deleted), st()); const r = await t.append(b); if (hit.length) L(k, "append done", st(), JSON.stringify(r)); return r; };
      if (name === "activate") return async (v: any) => { if (v === V) L(k, "activate", st()); await t.activate(v); if (v === V) L(k, "activated", st()); };
      if (name === "addEntries") return async (v: any, e: any) => { if (v === V) L(k, "add", e.length, "entries; has:", e.some((x: any) => x.postId === P), [...new Set(e.map((x:any)=>x.authorId))], "min", e.at(-1)?.postId, "max", e[0]?.postId, st()); await t.addEntries(v, e); if (v === V) L(k, "added", st()); };
      if (name === "complete") return async (v: any, f: any) => { if (v === V) L(k, "complete", f, st()); await t.complete(v, f); if (v === V) L(k, "completed", st()); };
      if (name === "lapse") return async (v: any) => { if (v.includes(V)) L(k, "lapse", st()); const r = await t.lapse(v); if (v.includes(V)) L(k, "lapsed", st()); return r; };
      if (name === "state") return (v: any) => { const r = t.state(v); if (v === V) { const x = st(); if (x !== last) { L(k, "state now", x); last = x; } } return r; };
      const val = Reflect.get(t, name); return typeof val === "function" ? val.bind(t) : val;
    } }); },
}).catch(e => ({problem: e.stack}));
console.log(lines.join("\n")); console.log(o.problem); process.exit();
