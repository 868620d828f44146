import { lookup } from "node:dns/promises";
import { isIPv6 } from "node:net";
import type { Clock } from "../../services/platform/clock/clock.ts";
import { ConfigError } from "../../services/platform/config/config.ts";
import type { Credentials } from "../../services/platform/grpc/credentials/credentials.ts";
import { fetchPage } from "../../tools/mesh/fetch-page.ts";
import { whySilent } from "./silence.ts";

/** A process of the mesh, or all that a name has, and where they show how they are. */
export interface ProcessPage {
  readonly label: string;
  readonly host: string;
  readonly port: string;
  /** Whether the host is a name of many: each address that it has at a look is a process. */
  readonly isMany: boolean;
}

/** The text of a page, or why there is none. */
export type PageAnswer = { readonly text: string } | { readonly silence: string };

/** All addresses that a name has now. */
export type LookUp = (name: string) => Promise<readonly string[]>;

const ANSWER_BOUND_MS = 2_000;
const PROCESS = /^([\w.-]+)=(dns:\/\/\/)?(\S+):(\d+)$/;

/** "label=host:port" or "label=dns:///name:port", each. Throws ConfigError. */
export function readProcesses(items: readonly string[]): readonly ProcessPage[] {
  return items.map((item) => {
    const [, label, many, host, port] = PROCESS.exec(item) ?? [];
    if (port !== undefined) return { label, host, port, isMany: many !== undefined };
    throw new ConfigError([
      `TIDINGS_CONSOLE_PROCESSES has "${item}": label=host:port or label=dns:///name:port, separated by commas`,
    ]);
  });
}

/** Asks the processes of the mesh over HTTP, all at once. */
export class ProcessPages {
  readonly clock: Clock;
  readonly #processes: readonly ProcessPage[];
  readonly #credentials: Credentials;
  readonly #lookUp: LookUp;

  constructor(
    processes: readonly ProcessPage[],
    credentials: Credentials,
    { clock, lookUp = addressesOf }: { readonly clock: Clock; readonly lookUp?: LookUp },
  ) {
    this.clock = clock;
    this.#processes = processes;
    this.#credentials = credentials;
    this.#lookUp = lookUp;
  }

  /** What each answers at this path within 2 s, by label. */
  async all(path: string): Promise<ReadonlyMap<string, PageAnswer>> {
    const signal = AbortSignal.timeout(ANSWER_BOUND_MS);
    const silent = (error: unknown): PageAnswer => ({ silence: whySilent(error) });
    const ask = async (label: string, address: string) => {
      const page = fetchPage(`${address}${path}`, signal, this.#credentials);
      return [label, await page.then((text) => ({ text }), silent)] as const;
    };
    const answers = await Promise.all(
      this.#processes.map(async ({ label, host, port, isMany }) => {
        if (!isMany) return [await ask(label, `${host}:${port}`)];
        const found = await this.#lookUp(host).catch(() => []);
        // A service of which there is no process is to be seen as silent, and not to be missing.
        if (found.length === 0) return [[label, silent(`no address of ${host} is known`)] as const];
        return Promise.all(
          found.map((address) => ask(`${label}-${address}`, hostPort(address, port))),
        );
      }),
    );
    return new Map(answers.flat());
  }
}

async function addressesOf(name: string): Promise<readonly string[]> {
  return (await lookup(name, { all: true })).map(({ address }) => address).sort();
}

const hostPort = (address: string, port: string) =>
  isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
