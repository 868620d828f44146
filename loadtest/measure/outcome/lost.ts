/**
 * Statuses of HTTP calls that no answer came to, by what Node.js calls the reason. No target gives such a number;
 * results hold them, so that a number keeps its meaning.
 */
const LOST = {
  "connection closed": 1_001,
  ECONNRESET: 1_002,
  ECONNREFUSED: 1_003,
  EPIPE: 1_004,
  ETIMEDOUT: 1_005,
  EHOSTUNREACH: 1_006,
  ENETUNREACH: 1_007,
  EADDRNOTAVAIL: 1_008,
  EMFILE: 1_009,
  ENOTFOUND: 1_010,
  EAI_AGAIN: 1_011,
  "no connection": 1_090,
  "stream reset": 1_091,
  "no HTTP answer": 1_092,
} as const;

const NAMES = new Map<number, string>(Object.entries(LOST).map(([name, code]) => [code, name]));

/** What cut a call off, or kept it from being sent; undefined: the other side has closed the connection. */
export function statusOfLoss(error: Error | undefined): number {
  if (error === undefined) return LOST["connection closed"];
  const { code } = error as NodeJS.ErrnoException;
  return code !== undefined && Object.hasOwn(LOST, code)
    ? LOST[code as keyof typeof LOST]
    : LOST["no connection"];
}

/** The server has ended this request alone, over HTTP/2. */
export const STREAM_RESET = LOST["stream reset"];
/** What came was not HTTP. */
export const NO_HTTP = LOST["no HTTP answer"];

/** As "ECONNRESET"; undefined for what is no such status. */
export function nameOfLoss(status: number): string | undefined {
  return NAMES.get(status);
}

/** Whether no answer came, so that there is nothing to hold against a check. */
export function isLoss(status: number): boolean {
  return NAMES.has(status);
}
