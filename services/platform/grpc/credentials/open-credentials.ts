import { join } from "node:path";
import type { Caller } from "../../../model/callers.ts";
import { GAUGES } from "../../../model/metrics.ts";
import type { Clock } from "../../clock/clock.ts";
import { idleClock, systemClock } from "../../clock/system-clock.ts";
import { ConfigError } from "../../config/config.ts";
import { createLogger, type Logger } from "../../telemetry/logger.ts";
import type { Metrics } from "../../telemetry/metrics.ts";
import type { TlsConfig } from "./config.ts";
import { type Credentials, PLAINTEXT } from "./credentials.ts";
import { MutualTls } from "./mutual-tls.ts";
import { refusePlaintext } from "./plaintext.ts";
import type { Svid } from "./svid/svid.ts";
import { readSvid, SvidFiles } from "./svid/svid-files.ts";

export interface CredentialsOptions {
  /** Who this process is. */
  readonly service: Caller;
  readonly config: TlsConfig & { readonly host?: string };
  readonly log: Logger;
  readonly metrics?: Metrics;
  readonly clock?: Clock;
}

const DAY_MS = 86_400_000;

/**
 * The process's credentials, closed with `parts`. Throws ConfigError when its certificate can't be used,
 * and when it would listen in plaintext where other machines reach it.
 */
export async function openCredentials(
  parts: AsyncDisposableStack,
  { service, config, log, metrics, clock = systemClock }: CredentialsOptions,
): Promise<Credentials> {
  if (config.tls === "0") {
    const { host, plaintext } = config;
    if (host !== undefined) refusePlaintext("mesh", { host, plaintext });
    return PLAINTEXT;
  }
  const options = { folder: join(config.certsDir, service), service, clock, log };
  const files = parts.use(new SvidFiles(await firstSvid(options), options));
  metrics?.gauge(GAUGES.certificateDays, () => (files.current.endsMs - clock.nowMs()) / DAY_MS);
  metrics?.gauge(
    GAUGES.certificateLife,
    () => (files.current.endsMs - files.current.beginsMs) / DAY_MS,
  );
  return new MutualTls(files, clock);
}

/**
 * The credentials of a command, until it ends: what is new in its files is taken up as in a service, for a command may
 * run longer than a certificate lasts. Throws ConfigError.
 */
export async function readCredentials(
  service: Caller,
  config: Pick<TlsConfig, "tls" | "certsDir">,
  clock: Clock = idleClock,
): Promise<Credentials> {
  if (config.tls === "0") return PLAINTEXT;
  const folder = join(config.certsDir, service);
  const options = { folder, service, clock, log: createLogger(service, "silent") };
  return new MutualTls(new SvidFiles(await firstSvid(options), options), clock);
}

async function firstSvid(options: Parameters<typeof readSvid>[0]): Promise<Svid> {
  const read = await readSvid(options);
  if ("value" in read) return read.value;
  throw new ConfigError([
    `TIDINGS_CERTS_DIR has no certificate for ${options.service} in ${options.folder}: ` +
      `${read.problem} (\`npm run certs\` makes them for development)`,
  ]);
}
