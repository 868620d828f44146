import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findPrometheus } from "../../tools/monitoring/prometheus.ts";
import { type Scraping, writeScraping } from "../../tools/monitoring/scraping.ts";
import { shell } from "./readme/shell.ts";

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A real Prometheus, which scrapes. */
export interface RunningPrometheus {
  /** What a query answers now. Throws with Prometheus's words when it is not PromQL. */
  query(expr: string): Promise<readonly Sample[]>;
  /** What /api/v1/PATH answers. */
  api<T>(path: string): Promise<T>;
  /** Resolves when this holds; looks after each scrape. The test's timeout bounds it. */
  until(check: () => Promise<boolean>): Promise<void>;
  end(): Promise<void>;
}

interface Answer {
  readonly status: "success" | "error";
  readonly error?: string;
  readonly data: unknown;
}

interface Vector {
  readonly result: readonly {
    readonly metric: Readonly<Record<string, string>>;
    readonly value: readonly [number, string];
  }[];
}

/** Starts the Prometheus that `npm run prometheus` brought, on a free port, with data that goes at the end. */
export async function startPrometheus(scraping: Scraping): Promise<RunningPrometheus> {
  const program = findPrometheus()?.prometheus;
  if (!program) throw new Error("There is no Prometheus: npm run prometheus");
  const folder = mkdtempSync(join(tmpdir(), "tidings-prometheus-"));
  const pace = await startPace();
  const targets = [...scraping.targets, { service: "test", address: pace.address }];
  const config = writeScraping(folder, { ...scraping, targets });
  const flags = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${folder}/data`,
    "--web.listen-address=127.0.0.1:0",
    "--enable-feature=exemplar-storage",
  ];
  const command = shell(`exec '${program}' ${flags.join(" ")}`, process.env);
  const line = await command.printed(/Listening on" address=127\.0\.0\.1:(\d+)/);
  await command.printed(/Server is ready to receive web requests/);
  const base = `http://127.0.0.1:${line.split(":").at(-1)}/api/v1`;
  const api = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${base}/${path}`);
    const { status, error, data } = (await response.json()) as Answer;
    if (status === "error") throw new Error(`${path}: ${error}`);
    return data as T;
  };
  return {
    api,
    query: async (expr) => {
      const { result } = await api<Vector>(`query?query=${encodeURIComponent(expr)}`);
      return result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
    },
    until: async (check) => {
      while (!(await check())) await pace.scraped();
    },
    end: async () => {
      pace.close();
      command.interrupt();
      await command.ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Pace {
  readonly address: string;
  /** Resolves at the next scrape. */
  scraped(): Promise<void>;
  close(): void;
}

/** A target of the test's own: Prometheus says by its scrapes when there may be something new. */
async function startPace(): Promise<Pace> {
  let waiting: (() => void)[] = [];
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/plain; version=0.0.4" }).end("pace 1\n");
    for (const wake of waiting) wake();
    waiting = [];
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    scraped: () => new Promise((resolve) => waiting.push(resolve)),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
