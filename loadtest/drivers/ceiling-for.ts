import { type Ceiling, findCeiling, newCall } from "./ceiling.ts";
import { openGrpcDriver } from "./grpc/grpc-driver.ts";
import { openRawDriver } from "./http2/raw-driver.ts";
import { startNullServer } from "./null-server/start.ts";
import { openRestDriver } from "./rest/rest-driver.ts";

const OPENERS = { raw: openRawDriver, "grpc-js": openGrpcDriver, rest: openRestDriver } as const;
export type CeilingDriver = keyof typeof OPENERS;

/** One of a run's operations, as far as its cost to the driver goes. */
export interface MixPart {
  /** Relative frequency. */
  readonly weight: number;
  /** An example of its messages. */
  readonly message: Uint8Array;
  /** About how long its answers are; 0 by default. */
  readonly answerBytes?: number;
}

export interface CeilingOptions {
  readonly connections?: number;
  readonly warmUpMs?: number;
  readonly measureMs?: number;
}

/** An answer as long as the mix's are on average goes to the null server as an argument: it has to fit. */
const MAX_ANSWER_BYTES = 32_768;
const DEFAULT_CONNECTIONS = 2;
/** One is in flight on each. */
const DEFAULT_REST_CONNECTIONS = 64;

const known = new Map<string, Promise<Ceiling>>();

/**
 * What a driver can do on this machine with such a mix of calls, by a null server and in under 3 s; at once
 * when this process has found it before. To be called while nothing else runs.
 */
export function ceilingFor(
  driver: CeilingDriver,
  mix: readonly MixPart[],
  options: CeilingOptions = {},
): Promise<Ceiling> {
  const parts = mix.map(({ weight, message, answerBytes }) => [
    weight,
    message.length,
    answerBytes,
  ]);
  const key = JSON.stringify([driver, parts, options]);
  const found = known.get(key) ?? measure(driver, mix, options);
  known.set(key, found);
  found.catch(() => known.delete(key));
  return found;
}

async function measure(
  name: CeilingDriver,
  mix: readonly MixPart[],
  options: CeilingOptions,
): Promise<Ceiling> {
  const weight = mix.reduce((sum, part) => sum + part.weight, 0);
  if (!(weight > 0)) throw new RangeError("A mix has at least one call with a weight above 0.");
  const meanBytes = mix.reduce((sum, p) => sum + (p.weight / weight) * (p.answerBytes ?? 0), 0);
  const isRest = name === "rest";
  const server = await startNullServer({
    protocol: isRest ? "http" : "grpc",
    messageHex: "00".repeat(Math.min(Math.round(meanBytes), MAX_ANSWER_BYTES)),
  });
  try {
    const { connections = isRest ? DEFAULT_REST_CONNECTIONS : DEFAULT_CONNECTIONS, ...times } =
      options;
    const target = { path: "/null.Null/Null", addresses: [server.address], timeoutMs: 5_000 };
    const driver = await OPENERS[name](
      mix.map(() => target),
      { connections },
    );
    try {
      const operationOf = (n: number) => pick(mix, weight, n);
      const callOf = (n: number) => newCall(mix[operationOf(n)].message, operationOf(n));
      return await findCeiling({ driver, callOf, ...times });
    } finally {
      driver.close();
    }
  } finally {
    await server.stop();
  }
}

/** The operation of the n-th call: each comes as often as its weight asks, evenly spread. */
function pick(mix: readonly MixPart[], weight: number, n: number): number {
  const GOLDEN = 0.618_033_988_749_895;
  let left = ((n * GOLDEN) % 1) * weight;
  const found = mix.findIndex((part) => {
    left -= part.weight;
    return left < 0;
  });
  return found < 0 ? mix.length - 1 : found;
}
