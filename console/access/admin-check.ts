import { WrongTokens } from "../../services/gateway/identity/wrong-tokens.ts";
import type { Clock } from "../../services/platform/clock/clock.ts";
import type { Logger } from "../../services/platform/telemetry/logger.ts";
import { thinned } from "../../services/platform/telemetry/thinned.ts";
import { isToken } from "./admin-token.ts";

/** Whether this is the admin token, as shown from this address. Throws RESOURCE_EXHAUSTED: not looked at now. */
export type IsAdmin = (given: string, address: string) => boolean;

/** Who types it needs a few; who guesses needs more than there will ever be. */
const LIMITS = { maxWrongTokens: 10, windowMs: 60_000, maxAddresses: 10_000 };
const LOG_EVERY_MS = 1_000;

interface AdminCheckOptions {
  readonly token: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Compares tokens, as many wrong ones of an address as the limit has, and says in the log that there are any. */
export function adminCheck({ token, clock, log }: AdminCheckOptions): IsAdmin {
  const wrong = new WrongTokens(LIMITS, clock);
  const say = thinned<string>(LOG_EVERY_MS, (address, count) =>
    log.warn({ address, count }, "a token was shown that is not the admin token"),
  );
  return (given, address) => {
    const refusal = wrong.refusal(address);
    if (refusal) throw refusal;
    if (isToken(given, token)) return true;
    wrong.add(address);
    say(address);
    return false;
  };
}
