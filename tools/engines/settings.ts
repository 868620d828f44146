/** What the environment says about engines. Everything wrong is reported at once. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export interface EngineSettings {
  /** Where all state lives; the engines use `engines/` inside it. */
  readonly dataDir: string;
  /** What was downloaded once for all checkouts of this user, and can be deleted at any time. */
  readonly cacheDir: string;
  /** A broker that already runs: it is checked, and never started or stopped. */
  readonly amqpUrl: string | undefined;
  /** A cluster that already runs, as `host:port`: checked, never started or stopped. */
  readonly cqlContactPoints: readonly string[] | undefined;
  readonly cqlLocalDataCenter: string;
  /** First of three: AMQP, Erlang distribution, epmd. */
  readonly amqpPort: number;
  /** First of three: CQL, storage, storage over TLS. */
  readonly cqlPort: number;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Beside the usual 5672 and 9042, and below the range of ephemeral ports. */
const DEFAULT_AMQP_PORT = 29672;
const DEFAULT_CQL_PORT = 29042;
const MIN_PORT = 1024;
const MAX_PORT = 65_533;

/** Throws one error that lists every variable that is wrong, its value and what is allowed. */
export function readSettings(env: Environment): EngineSettings {
  const wrong: string[] = [];
  const check = (name: string, allowed: string, isAllowed: (value: string) => boolean) => {
    const value = env[name] || undefined;
    if (value !== undefined && !isAllowed(value)) {
      wrong.push(`${name} is "${value}"; allowed: ${allowed}`);
    }
    return value;
  };
  const port = (name: string, otherwise: number) =>
    Number(check(name, `a port from ${MIN_PORT} to ${MAX_PORT}`, isPort) ?? otherwise);

  const settings: EngineSettings = {
    dataDir: resolve(env.TIDINGS_DATA_DIR || '.data'),
    cacheDir: resolve(env.TIDINGS_CACHE_DIR || join(homedir(), '.cache', 'tidings')),
    amqpUrl: check('TIDINGS_AMQP_URL', 'amqp://user:password@host:port', isAmqpUrl),
    cqlContactPoints: check(
      'TIDINGS_CQL_CONTACT_POINTS',
      'host:port, several with commas',
      (value) => value.split(',').every(isContactPoint),
    )?.split(','),
    cqlLocalDataCenter: env.TIDINGS_CQL_LOCAL_DATA_CENTER || 'datacenter1',
    amqpPort: port('TIDINGS_ENGINES_AMQP_PORT', DEFAULT_AMQP_PORT),
    cqlPort: port('TIDINGS_ENGINES_CQL_PORT', DEFAULT_CQL_PORT),
  };
  if (wrong.length > 0) throw new Error(`The environment is wrong:\n  ${wrong.join('\n  ')}`);
  return settings;
}

function isPort(value: string): boolean {
  const port = Number(value);
  return Number.isInteger(port) && port >= MIN_PORT && port <= MAX_PORT;
}

function isAmqpUrl(value: string): boolean {
  return URL.canParse(value) && ['amqp:', 'amqps:'].includes(new URL(value).protocol);
}

function isContactPoint(value: string): boolean {
  return /^[^\s:/]+:\d{1,5}$/.test(value);
}
