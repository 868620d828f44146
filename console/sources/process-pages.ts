import { lookup } from "node:dns/promises";
import { isIPv6 } from "node:net";
import type { Clock } from "../../services/platform/clock/clock.ts";
import type { Credentials } from "../../services/platform/grpc/credentials/credentials.ts";
import { fetchPage } from "../../tools/mesh/fetch-page.ts";
import type { ProcessPage } from "../processes.ts";
import { whySilent } from "./silence.ts";

/** The text of a page, or why there is none. */
export type PageAnswer = { readonly text: string } | { readonly silence: string };

/** All addresses that a name has now. */
export type LookUp = (name: string) => Promise<readonly string[]>;

const ANSWER_BOUND_MS = 2_000;

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
        if (!isMany) return [await ask(label, hostPort(host, port))];
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
