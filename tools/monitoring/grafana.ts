/** What is shown, in the words of this project; Grafana's own model is made from it. */
export interface Query {
  readonly expr: string;
  readonly legend: string;
}

export interface Panel {
  readonly title: string;
  /** As Grafana names it: "s", "reqps", "bytes", "percentunit", "short". */
  readonly unit: string;
  readonly queries: readonly Query[];
}

export interface Dashboard {
  readonly file: string;
  readonly title: string;
  readonly rows: readonly { readonly title: string; readonly panels: readonly Panel[] }[];
}

const ROW_HEIGHT = 1;
const PANEL_HEIGHT = 8;
/** Of Grafana's grid. */
const GRID_WIDTH = 24;
const SCHEMA_VERSION = 39;
const SOURCE = { type: "prometheus", uid: "$source" };

/** The text of a dashboard as Grafana imports it. */
export function grafanaFile(one: Dashboard): string {
  return `${JSON.stringify(model(one), undefined, 2)}\n`;
}

function model({ file, title, rows }: Dashboard) {
  return {
    uid: `tidings-${file.replace(".json", "")}`,
    title,
    tags: ["tidings"],
    schemaVersion: SCHEMA_VERSION,
    refresh: "10s",
    time: { from: "now-1h", to: "now" },
    templating: {
      list: [{ name: "source", label: "Prometheus", type: "datasource", query: "prometheus" }],
    },
    panels: rows.flatMap((row, index) => {
      const y = index * (ROW_HEIGHT + PANEL_HEIGHT);
      const head = {
        type: "row",
        title: row.title,
        gridPos: { x: 0, y, w: GRID_WIDTH, h: ROW_HEIGHT },
      };
      const w = GRID_WIDTH / row.panels.length;
      const panels = row.panels.map((one, place) =>
        panel(one, { x: place * w, y: y + ROW_HEIGHT, w, h: PANEL_HEIGHT }),
      );
      return [head, ...panels];
    }),
  };
}

function panel({ title, unit, queries }: Panel, gridPos: object) {
  return {
    type: "timeseries",
    title,
    datasource: SOURCE,
    gridPos,
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    options: { tooltip: { mode: "multi" }, legend: { displayMode: "list", placement: "bottom" } },
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource: SOURCE,
      expr,
      legendFormat: legend,
    })),
  };
}
