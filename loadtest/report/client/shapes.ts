import type uPlot from "uplot";
import type { Shape } from "../charts/chart-spec.ts";

const RADIUS = 5;

const OUTLINES: Readonly<Record<Shape, (path: Path2D, x: number, y: number, r: number) => void>> = {
  disc: circle,
  ring: circle,
  cross(path, x, y, r) {
    path.moveTo(x - r, y - r);
    path.lineTo(x + r, y + r);
    path.moveTo(x - r, y + r);
    path.lineTo(x + r, y - r);
  },
};

/** Draws the points of a series as discs, rings or crosses. */
export function drawShapes(shape: Shape, stroke: string): uPlot.Series.Points.Show {
  return (plot, seriesIndex, from, to) => {
    const { ctx, data } = plot;
    const path = new Path2D();
    for (let i = from; i <= to; i++) {
      const value = data[seriesIndex]?.[i];
      if (value === null || value === undefined) continue;
      const x = plot.valToPos(data[0][i], "x", true);
      const y = plot.valToPos(value, "y", true);
      const r = RADIUS * devicePixelRatio;
      path.moveTo(x + r, y);
      OUTLINES[shape](path, x, y, r);
    }
    ctx.save();
    ctx.strokeStyle = stroke;
    ctx.fillStyle = stroke;
    ctx.lineWidth = 2 * devicePixelRatio;
    ctx.setLineDash([]);
    if (shape === "disc") ctx.fill(path);
    ctx.stroke(path);
    ctx.restore();
    return false;
  };
}

function circle(path: Path2D, x: number, y: number, r: number): void {
  path.arc(x, y, r, 0, 2 * Math.PI);
}
