import type { Unit } from "../quantities.ts";

/** A chart as data: made where the page is made, drawn by the page's own script. */
export interface ChartSpec {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  /** Where the points lie on the x axis, rising. */
  readonly at: readonly number[];
  readonly lines: readonly ChartLine[];
  /** Vertical lines, numbered as in the list of events. */
  readonly marks: readonly Mark[];
  /** A part of the x axis that is shaded. */
  readonly band?: Band;
}

export interface Axis {
  readonly label: string;
  readonly unit: Unit;
  readonly isLogarithmic?: boolean;
  /** Otherwise as far as the data goes. */
  readonly from?: number;
  readonly to?: number;
}

export interface ChartLine {
  readonly label: string;
  readonly values: readonly (number | null)[];
  readonly tone: Tone;
  readonly dash?: Dash;
  /** Points without a line between them, so that no meaning hangs on the colour alone. */
  readonly shape?: Shape;
  /** The same everywhere, as a bound: without points. */
  readonly isLevel?: boolean;
  /** Draws on where there is no value. */
  readonly isConnected?: boolean;
}

/** A colour by its part: the page has one for light and one for dark. */
export type Tone = 1 | 2 | 3 | 4 | 5 | 6 | "text" | "muted" | "bad" | "good";
export type Dash = "solid" | "dashed" | "dotted" | "dash-dot";
export type Shape = "disc" | "cross" | "ring";

export interface Mark {
  readonly at: number;
  readonly text: string;
}

export interface Band {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}
