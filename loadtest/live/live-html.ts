/** The page itself: it draws what /events sends, and needs nothing else. */
export const LIVE_HTML = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Load, live</title>
<link rel="icon" href="data:,">
<style>
  :root { color-scheme: light dark; --muted: light-dark(#667, #99a); --line: light-dark(#0563c1, #6cb2ff); }
  body { font: 15px/1.5 system-ui, sans-serif; margin: 1rem auto; max-width: 72rem; padding: 0 1rem; }
  h1 { font-size: 1.3rem; }
  .scroll { overflow-x: auto; }
  table { border-collapse: collapse; white-space: nowrap; }
  th, td { padding: .2rem .7rem; text-align: right; }
  th:first-child, td:first-child { text-align: left; }
  th { color: var(--muted); font-weight: 500; }
  .broken { color: light-dark(#b00020, #ff8a80); } .holds { color: light-dark(#0a7a3d, #7ddc9f); }
  .unknown { color: var(--muted); }
  figure { margin: 1rem 0; } figcaption { color: var(--muted); }
  svg { width: 100%; height: 9rem; } polyline { fill: none; stroke: var(--line); stroke-width: 1.5; }
</style>
<h1 id="head">Waiting for the first second.</h1>
<p id="over" hidden>Nothing more comes: the run is over, and its verdict stands where it was started.</p>
<ul id="thresholds"></ul>
<div class="scroll"><table id="table"></table></div>
<figure><figcaption id="rateText"></figcaption><svg viewBox="0 0 600 100" preserveAspectRatio="none"><polyline id="rate"/></svg></figure>
<figure><figcaption id="p99Text"></figcaption><svg viewBox="0 0 600 100" preserveAspectRatio="none"><polyline id="p99"/></svg></figure>
<script>
  const at = (id) => document.getElementById(id);
  const rates = [], p99s = [];
  const ms = (v) => typeof v === "number" ? v.toFixed(v < 10 ? 2 : 0) + " ms" : v ?? "–";
  const known = (values) => values.filter((v) => typeof v === "number");
  const cell = (tag, text) => { const c = document.createElement(tag); c.textContent = text; return c; };
  const row = (tag, texts) => { const r = document.createElement("tr"); r.append(...texts.map((t) => cell(tag, t))); return r; };
  const draw = (id, values) => {
    const most = Math.max(...known(values), 1e-9);
    const x = (i) => values.length < 2 ? 0 : 600 * i / (values.length - 1);
    at(id).setAttribute("points", values.flatMap((v, i) => typeof v === "number" ? [x(i).toFixed(1) + "," + (98 - 96 * v / most).toFixed(1)] : []).join(" "));
    return most;
  };
  const events = new EventSource("/events");
  events.onerror = () => { if (rates.length > 0) at("over").hidden = false; };
  events.onopen = () => { at("over").hidden = true; rates.length = p99s.length = 0; };
  events.onmessage = ({ data }) => {
    const f = JSON.parse(data);
    at("head").textContent = f.name + ": second " + Math.min(Math.floor(f.atSecond), f.seconds) + " of " + f.seconds + (f.isWarmUp ? ", warm-up" : "");
    at("thresholds").replaceChildren(...f.thresholds.map(({ text, stands }) => {
      const li = cell("li", text + ": " + { holds: "holds so far", broken: "broken so far", unknown: "not known yet" }[stands]);
      li.className = stands; return li;
    }));
    at("table").replaceChildren(row("th", ["operation", "sent/s", "ok", "not ok", "p50", "p99", "max", "late p99"]),
      ...f.operations.map((o) => row("td", [o.name, o.perSecond?.toFixed(1) ?? "–", o.ok, o.failed, ms(o.p50Ms), ms(o.p99Ms), ms(o.maxMs), ms(o.latenessMs)])));
    const sum = known(f.operations.map((o) => o.perSecond)).reduce((s, rate) => s + rate, 0);
    rates.push(f.operations.some((o) => typeof o.perSecond === "number") ? sum : undefined);
    const worst = known(f.operations.map((o) => o.p99Ms));
    p99s.push(worst.length > 0 ? Math.max(...worst) : undefined);
    at("rateText").textContent = "Sent a second; the top is " + draw("rate", rates).toFixed(1);
    at("p99Text").textContent = "p99 so far, the slowest operation; the top is " + ms(draw("p99", p99s));
  };
</script>
</html>
`;
