import type { Clock } from "../../services/platform/clock/clock.ts";
import { ConfigError } from "../../services/platform/config/config.ts";
import type { Credentials } from "../../services/platform/grpc/credentials/credentials.ts";
import { fetchPage } from "../../tools/mesh/fetch-page.ts";

/** A process of the mesh, and where it shows how it is. */
export interface ProcessPage {
  readonly label: string;
  /** "host:port". */
  readonly address: string;
}

const ANSWER_BOUND_MS = 2_000;
const PROCESS = /^([\w.-]+)=(\S+:\d+)$/;

/** "label=host:port", each. Throws ConfigError. */
export function readProcesses(list: readonly string[]): readonly ProcessPage[] {
  return list.map((item) => {
    const [, label, address] = PROCESS.exec(item) ?? [];
    if (address !== undefined) return { label, address };
    throw new ConfigError([
      `TIDINGS_CONSOLE_PROCESSES has "${item}": label=host:port, separated by commas`,
    ]);
  });
}

/** Asks the processes of the mesh over HTTP, all at once. */
export class ProcessPages {
  readonly processes: readonly ProcessPage[];
  readonly clock: Clock;
  readonly #credentials: Credentials;

  constructor(processes: readonly ProcessPage[], credentials: Credentials, clock: Clock) {
    this.processes = processes;
    this.clock = clock;
    this.#credentials = credentials;
  }

  /** What each answers at this path, by label; undefined where there is no answer within 2 s. */
  async all(path: string): Promise<ReadonlyMap<string, string | undefined>> {
    const answers = await Promise.all(
      this.processes.map(async ({ label, address }) => {
        const signal = AbortSignal.timeout(ANSWER_BOUND_MS);
        const page = fetchPage(`${address}${path}`, signal, this.#credentials);
        return [label, await page.catch(() => undefined)] as const;
      }),
    );
    return new Map(answers);
  }
}
