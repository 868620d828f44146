import type uPlot from "uplot";
import { present } from "../../../services/model/invariant.ts";
import type { Band, ChartSpec, Mark } from "../charts/chart-spec.ts";
import type { Theme } from "./theme.ts";

const ROW_HEIGHT = 15;
const MAX_ROWS = 3;
/** Narrower charts have room for the numbers only; the list of events says what they are. */
const LEAST_WIDTH_FOR_TEXT = 480;

/** What the labels of the marks need above the chart, in CSS pixels. */
export function roomForMarks({ marks, band }: ChartSpec, width: number): number {
  const rows = width < LEAST_WIDTH_FOR_TEXT ? 1 : MAX_ROWS;
  const labels = Math.min(marks.length, rows) + (band ? 1 : 0);
  return labels === 0 ? 8 : 4 + labels * ROW_HEIGHT;
}

/** Events as numbered vertical lines, and a shaded part of the x axis. */
export function annotations({ marks, band }: ChartSpec, theme: Theme): uPlot.Plugin {
  return {
    hooks: {
      drawClear: (plot: uPlot) => {
        if (band) drawBand(plot, band, theme);
      },
      draw: (plot: uPlot) => drawMarks(plot, marks, theme),
    },
  };
}

function drawBand(plot: uPlot, band: Band, theme: Theme): void {
  const { ctx, bbox } = plot;
  const from = plot.valToPos(band.from, "x", true);
  const to = plot.valToPos(band.to, "x", true);
  const least = 2 * devicePixelRatio;
  ctx.save();
  ctx.fillStyle = theme.band;
  ctx.fillRect(from, bbox.top, Math.max(to - from, least), bbox.height);
  ctx.fillStyle = theme.tones.text;
  ctx.font = scaled(theme.font);
  ctx.textAlign = "left";
  ctx.textBaseline = "bottom";
  const width = ctx.measureText(band.text).width;
  const end = bbox.left + bbox.width;
  ctx.fillText(band.text, Math.max(bbox.left, Math.min(from, end - width)), bbox.top - least);
  ctx.restore();
}

function drawMarks(plot: uPlot, marks: readonly Mark[], theme: Theme): void {
  const { ctx, bbox, scales } = plot;
  const ratio = devicePixelRatio;
  const hasText = plot.width >= LEAST_WIDTH_FOR_TEXT;
  const rows = hasText ? Math.min(marks.length, MAX_ROWS) : 1;
  const taken = new Array<number>(rows).fill(bbox.left);
  ctx.save();
  ctx.font = scaled(theme.font);
  ctx.textAlign = "left";
  ctx.textBaseline = "top";
  marks.forEach(({ at, text }, i) => {
    if (at < present(scales.x.min) || at > present(scales.x.max)) return;
    const x = Math.round(plot.valToPos(at, "x", true));
    const label = hasText ? `${i + 1} ${text}` : String(i + 1);
    const width = ctx.measureText(label).width;
    const left = Math.min(x, bbox.left + bbox.width - width);
    const row = taken.findIndex((end) => left >= end);
    const top = bbox.top - (rows - Math.max(row, 0)) * ROW_HEIGHT * ratio;
    line({ ctx, x, top: row < 0 ? bbox.top : top, end: bbox.top + bbox.height, theme });
    if (row < 0) return; // no room: the list of events has it
    ctx.fillStyle = theme.tones.text;
    ctx.fillText(label, left + 3 * ratio, top);
    taken[row] = left + width + 8 * ratio;
  });
  ctx.restore();
}

function line({
  ctx,
  x,
  top,
  end,
  theme,
}: {
  readonly ctx: CanvasRenderingContext2D;
  readonly x: number;
  readonly top: number;
  readonly end: number;
  readonly theme: Theme;
}) {
  ctx.strokeStyle = theme.tones.muted;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(x, top);
  ctx.lineTo(x, end);
  ctx.stroke();
}

/** Canvas pixels are finer than those of CSS. */
function scaled(font: string): string {
  return font.replace(/^\d+/, (size) => String(Number(size) * devicePixelRatio));
}
