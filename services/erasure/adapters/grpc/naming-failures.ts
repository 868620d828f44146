import { type DomainCode, DomainError } from "../../../platform/grpc/errors/errors.ts";
import { domainErrorOf } from "../../../platform/grpc/errors/wire-errors.ts";
import { HoldingFailed } from "../../ports.ts";

const SILENT: readonly DomainCode[] = ["UNAVAILABLE", "DEADLINE_EXCEEDED"];
/** As gRPC writes them into what it says of connections, and services into what they say of each other. */
const ADDRESS = /(\[[0-9a-f:.]+\]|[\w-]+(\.[\w-]+)*):\d{2,5}\b/gi;

type Method = (...args: never[]) => Promise<unknown> | AsyncIterable<unknown>;
/** The table that a method is about, by its name. */
type Tables = Readonly<Record<string, string | ((...args: readonly never[]) => string)>>;

/**
 * The same calls, whose failures say which service failed, about what, and no address: what blocks a job is read by
 * whoever looks after it, and may be shown further.
 */
export function namingFailures<Holding extends object>(
  service: string,
  tables: Tables,
  holding: Holding,
): Holding {
  const methods: [string, Method][] = Object.entries(holding);
  const named = methods.map(([name, method]) => {
    const table = tables[name];
    const call = (...args: never[]) => {
      const about = typeof table === "function" ? table(...args) : table;
      const fail = (error: unknown) => Promise.reject(failureOf(service, about, error));
      const result = method(...args);
      return result instanceof Promise ? result.catch(fail) : failing(result, fail);
    };
    return [name, call] as const;
  });
  return Object.fromEntries(named) as unknown as Holding;
}

async function* failing(
  parts: AsyncIterable<unknown>,
  fail: (error: unknown) => Promise<never>,
): AsyncGenerator<unknown> {
  try {
    yield* parts;
  } catch (error) {
    await fail(error);
  }
}

function failureOf(service: string, table: string, error: unknown): HoldingFailed {
  const known = error instanceof DomainError ? error : domainErrorOf(error);
  const isSilent = SILENT.includes(known.code) && known.reason === undefined;
  const said = isSilent ? " does not answer" : `: ${known.message.replace(ADDRESS, "another")}`;
  return new HoldingFailed(table, `the ${service} service${said} (${table})`, known);
}
