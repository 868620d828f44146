import { ConfigError, readVariable } from "../config/config.ts";
import { everyProcess } from "../config/every-process.ts";
import type { Environment } from "../config/variable.ts";
import { FolderInUseError } from "../storage/folder-lock.ts";
import { createLogger, type Logger } from "../telemetry/logger.ts";
import { closeBoundMs } from "./close-bound.ts";
import { PortInUseError } from "./port-in-use.ts";

/** A started service. */
export interface Running {
  /** "host:port", for the ready line. */
  readonly address?: string;
  readonly port?: number;
  /** Stops taking work, finishes it, closes; an AsyncDisposableStack does so in reverse order. */
  close(): Promise<void>;
}

export type Start = (env: Environment, log: Logger) => Promise<Running>;

/** What runService needs of the process; tests bring their own. */
export interface ProcessHost {
  readonly env: Environment;
  on(event: string, listener: (value: unknown) => void): unknown;
  exit(code: number): void;
  umask(mask: number): unknown;
  /** Present when the process was forked: its parent hears when it is ready, and its end ends it. */
  readonly send?: ((message: object, sent: () => void) => unknown) | undefined;
}

/** What a service writes, its stores before all, is for its own user to read. */
const NOBODY_ELSE = 0o077;

/** For one that was told to stop while it started, which serves nobody yet, ms. */
const START_CLOSE_MS = 5_000;

/**
 * Runs a service until SIGTERM, SIGINT or the end of the parent that forked it; then closes it
 * within a bound and exits: 0 closed, 1 failed or not closed in time. A second signal exits at once.
 */
export async function runService(
  name: string,
  start: Start,
  host: ProcessHost = process,
): Promise<void> {
  const log = createLogger(name, readVariable(everyProcess.logLevel, host.env));
  host.umask(NOBODY_ELSE);
  const stop = Promise.withResolvers<string>();
  let isStopping = false;
  const requestStop = (why: string) => {
    if (isStopping) {
      log.warn({ why }, "told to stop a second time: exiting at once");
      host.exit(1);
    }
    isStopping = true;
    stop.resolve(why);
  };
  host.on("SIGTERM", () => requestStop("SIGTERM"));
  host.on("SIGINT", () => requestStop("SIGINT"));
  if (host.send) host.on("disconnect", () => requestStop("the parent process has ended"));
  for (const event of ["uncaughtException", "unhandledRejection"]) {
    host.on(event, (error) => {
      log.fatal({ err: error }, event);
      host.exit(1);
    });
  }
  host.on("beforeExit", () => {
    // A promise that nobody will settle: Node would end without a word.
    log.fatal("nothing is left to wait for, and the service has neither started nor closed");
    host.exit(1);
  });
  try {
    const starting = start(host.env, log);
    const running = await Promise.race([starting, stop.promise.then(() => undefined)]);
    if (running) {
      const { address, port } = running;
      log.info({ address, port }, "ready");
      // Whatever the level of the log. A parent that is gone meanwhile is told nothing.
      host.send?.({ ready: true, address, port }, () => {});
    }
    log.info({ why: await stop.promise }, "closing");
    const closed = starting.then((started) => started.close());
    host.exit(await exitCodeOf(closed, running ? closeBoundMs(host.env) : START_CLOSE_MS, log));
  } catch (error) {
    logStartFailure(log, error);
    host.exit(1);
  }
}

/** The exit code: 0 when the service has closed in time. */
async function exitCodeOf(closing: Promise<void>, timeoutMs: number, log: Logger): Promise<number> {
  const timeout = Promise.withResolvers<number>();
  const timer = setTimeout(() => {
    log.error({ timeoutMs }, "did not close in time");
    timeout.resolve(1);
  }, timeoutMs);
  const closed = closing.then(
    () => {
      log.info("closed");
      return 0;
    },
    (error: unknown) => {
      log.error({ err: error }, "failed to close");
      return 1;
    },
  );
  const code = await Promise.race([closed, timeout.promise]);
  clearTimeout(timer);
  return code;
}

/** Mistakes of the person who starts it read better without a stack. */
function logStartFailure(log: Logger, error: unknown): void {
  if (error instanceof ConfigError) log.fatal({ problems: error.problems }, error.message);
  else if (isPlain(error)) log.fatal(error.message);
  else log.fatal({ err: error }, "could not start");
}

function isPlain(error: unknown): error is Error {
  return error instanceof PortInUseError || error instanceof FolderInUseError;
}
