import type { Tone } from "../charts/chart-spec.ts";

export interface Theme {
  readonly tones: Readonly<Record<Tone, string>>;
  readonly grid: string;
  readonly band: string;
  readonly font: string;
}

const TONES: readonly Tone[] = [1, 2, 3, 4, 5, 6, "text", "muted", "bad", "good"];

/** What the style sheet says now. */
export function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const tones = Object.fromEntries(TONES.map((tone) => [tone, read(`tone-${tone}`)]));
  return {
    tones: tones as Record<Tone, string>,
    grid: read("grid"),
    band: read("band"),
    font: `12px ${style.fontFamily}`,
  };
}
