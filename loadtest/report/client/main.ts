/** The script of the page: draws each chart from the data beside it, and hands out the results. */
import type { ChartSpec } from "../charts/chart-spec.ts";
import { offerDownloads } from "./downloads.ts";
import { drawChart } from "./draw-chart.ts";

const charts = [...document.querySelectorAll<HTMLElement>(".plot")].map((place) => ({
  place,
  spec: JSON.parse(place.nextElementSibling?.textContent ?? "") as ChartSpec,
}));

let drawn: readonly { close(): void }[] = [];

/** Colours are taken from the style sheet as it is now: light, dark or for paper. */
function drawAll(): void {
  for (const chart of drawn) chart.close();
  drawn = charts.map(({ place, spec }) => drawChart(place, spec));
}

drawAll();
offerDownloads();
for (const query of ["(prefers-color-scheme: dark)", "print"]) {
  matchMedia(query).addEventListener("change", drawAll);
}
