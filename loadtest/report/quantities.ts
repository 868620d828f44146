/** Numbers as people read them. Also part of the page's own script: no imports, nothing of Node. */

export type Unit =
  | "micros"
  | "seconds"
  | "clock"
  | "timeOfDay"
  | "count"
  | "perSecond"
  | "cores"
  | "bytes"
  | "mebibytes"
  | "share"
  | "ratio"
  | "tail";

/** A value with its unit; a dash for what is not there (JSON has null for NaN). */
export function quantity(value: number | null | undefined, unit: Unit): string {
  return value === null || value === undefined || !Number.isFinite(value)
    ? "–"
    : WRITERS[unit](value);
}

/** The same with fewer digits, for axes and headlines. */
export function shortQuantity(value: number | null | undefined, unit: Unit): string {
  const isLarge = typeof value === "number" && Math.abs(value) >= 10_000;
  if (isLarge && unit === "count") return compact(value);
  if (isLarge && unit === "perSecond") return `${compact(value)}/s`;
  if (unit === "cores" && typeof value === "number") return digits(value);
  return quantity(value, unit);
}

const WRITERS: Readonly<Record<Unit, (value: number) => string>> = {
  micros: time,
  seconds: (value) => time(value * 1e6),
  clock,
  timeOfDay,
  count: plain,
  perSecond: (value) => `${plain(value)}/s`,
  cores: (value) => value.toFixed(2),
  bytes,
  mebibytes: (value) => `${digits(value)} MiB`,
  share: (value) => `${digits(value * 100)}%`,
  ratio: (value) => `${digits(value)}×`,
  tail: (value) => percentile(value),
};

function time(micros: number): string {
  const size = Math.abs(micros);
  if (size < 999.5) return `${digits(micros)} µs`;
  if (size < 999_500) return `${digits(micros / 1e3)} ms`;
  return size < 120e6 ? `${digits(micros / 1e6)} s` : `${digits(micros / 60e6)} min`;
}

/** Seconds of a run as 1:30, from an hour on as 1:00:00. */
function clock(seconds: number): string {
  const whole = Math.round(Math.abs(seconds) * 10) / 10;
  const minutes = Math.floor(whole / 60);
  const rest = String(Math.round((whole % 60) * 10) / 10).replace(/^(\d)(?=\.|$)/, "0$1");
  const sign = seconds < 0 ? "-" : "";
  if (minutes < 60) return `${sign}${minutes}:${rest}`;
  return `${sign}${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
}

function timeOfDay(seconds: number): string {
  const minutes = Math.floor(seconds / 60) % (24 * 60);
  const two = (value: number) => String(value).padStart(2, "0");
  const rest = seconds % 60 === 0 ? "" : `:${two(Math.floor(seconds % 60))}`;
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}${rest}`;
}

const BYTES = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

function bytes(value: number): string {
  const power = value === 0 ? 0 : Math.floor(Math.log2(Math.abs(value)) / 10);
  const at = Math.min(Math.max(power, 0), BYTES.length - 1);
  return `${digits(value / 1024 ** at)} ${BYTES[at]}`;
}

/** An error or a change, of 1: as "+12.5%". */
export function signedShare(share: number): string {
  return `${share > 0 ? "+" : ""}${(100 * share).toFixed(1)}%`;
}

/** 1 / (1 - q), as the percentile q: 100 is 99%. */
function percentile(tail: number): string {
  return `${Number((100 - 100 / tail).toPrecision(12)).toFixed(Math.max(0, Math.ceil(Math.log10(tail)) - 2))}%`;
}

function plain(value: number): string {
  return Math.abs(value) >= 1000 || Number.isInteger(value)
    ? Math.round(value).toLocaleString("en")
    : digits(value);
}

function compact(value: number): string {
  return value.toLocaleString("en", { notation: "compact", maximumSignificantDigits: 3 });
}

/** Three digits that count, and no exponent. */
function digits(value: number): string {
  if (Math.abs(value) >= 999.5) return Math.round(value).toLocaleString("en");
  return String(Number(value.toPrecision(3)));
}
