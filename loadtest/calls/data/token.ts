import { type ExecException, exec } from "node:child_process";
import { promisify } from "node:util";
import type { Headers } from "../../drivers/driver.ts";
import type { TokenSpec } from "../spec/call-scenario.ts";

const run = promisify(exec);
const COMMAND_MS = 30_000;
const MAX_TOKEN_BYTES = 64 * 1024;

/** A token that a command prints, renewed as often as asked. */
export class Token implements Disposable {
  readonly #spec: TokenSpec;
  #headers: Headers;
  #timer: NodeJS.Timeout | undefined;
  /** The latest renewal that failed: the run goes on with the token that it has. */
  failure: string | undefined;

  /** Rejects with a RangeError when the command fails. */
  static async of(spec: TokenSpec, commandMs = COMMAND_MS): Promise<Token> {
    return new Token(spec, await headersFrom(spec, commandMs));
  }

  private constructor(spec: TokenSpec, headers: Headers) {
    this.#spec = spec;
    this.#headers = headers;
    const { everySeconds } = spec;
    if (everySeconds === undefined) return;
    this.#timer = setInterval(() => this.#renew(), everySeconds * 1000);
    this.#timer.unref();
  }

  get headers(): Headers {
    return this.#headers;
  }

  async #renew(): Promise<void> {
    try {
      this.#headers = await headersFrom(this.#spec);
    } catch (error) {
      this.failure = reasonOf(error as Error);
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/** Without the command and what it printed: it is kept with the result. */
function reasonOf({ cause }: Error): string {
  const { code, killed } = (cause ?? {}) as ExecException;
  if (killed) return `its command took over ${COMMAND_MS / 1000} s.`;
  return code === undefined
    ? "its command printed none."
    : `its command failed with exit code ${code}.`;
}

/** As a header. Rejects with a RangeError when the command fails. */
export async function headersFrom(spec: TokenSpec, commandMs = COMMAND_MS): Promise<Headers> {
  const { command, header = "authorization", prefix = "Bearer " } = spec;
  const { stdout } = await run(command, { timeout: commandMs, maxBuffer: MAX_TOKEN_BYTES }).catch(
    (error: ExecException) => {
      const why = whyFailed(error, commandMs);
      throw new RangeError(`token: \`${command}\` ${why}`, { cause: error });
    },
  );
  const token = stdout.trim();
  if (/^[\x21-\x7e ]+$/.test(token)) return { [header]: `${prefix}${token}` };
  throw new RangeError(`token: \`${command}\` printed no token, which is one line of text.`);
}

/** By its limits, or as the command itself says. */
function whyFailed(
  { killed, code, signal, message, stderr = "" }: ExecException,
  commandMs: number,
): string {
  if (String(code) === "ERR_CHILD_PROCESS_STDIO_MAXBUFFER") {
    return `printed more than ${MAX_TOKEN_BYTES} bytes, which is no token.`;
  }
  if (killed) return `did not end within ${commandMs / 1_000} s, and was stopped.`;
  const how = signal ? `was ended by ${signal}` : `ended with code ${code ?? "unknown"}`;
  return `${how}: ${String(stderr).trim() || message.trim()}`;
}
