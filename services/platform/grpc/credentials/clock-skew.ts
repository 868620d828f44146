/** How far clocks of two machines may differ; an authority begins a certificate by so much earlier, ms. */
export const CLOCK_SKEW_MS = 60_000;
