import type { FastifyReply, onRequestHookHandler } from "fastify";
import { type DomainError, unauthenticated } from "../../../platform/grpc/errors/errors.ts";
import type { Caller, TokenVerifier } from "../../identity/token-verifier.ts";
import type { WrongTokens } from "../../identity/wrong-tokens.ts";

/** Where a token may stand in the query, for a browser's EventSource, which sends no headers. */
export interface QueryTokens {
  readonly parameter: string;
  readonly verify: (token: string) => Promise<Caller>;
}

const BEARER = /^Bearer ([A-Za-z0-9._~+/=-]+)$/i;

/** Sets `request.caller` from the bearer token (RFC 6750), or answers 401 with the reason. */
export function authenticate(
  verifier: TokenVerifier,
  wrongTokens: WrongTokens,
  inQuery: (route: string | undefined) => QueryTokens | undefined,
): onRequestHookHandler {
  return (request, reply, done) => {
    // What one user is shown is no other's, and nothing for a computer that several use.
    reply.header("cache-control", "no-store");
    const check = (verified: Promise<Caller>, onWrong = () => {}) => {
      verified.then(
        (caller) => {
          request.caller = caller;
          done();
        },
        (error: DomainError) => {
          // What could not be checked, for the issuer's keys can't be had, is not known to be wrong.
          if (error.code !== "UNAUTHENTICATED") return done(error);
          onWrong();
          done(rejectToken(reply, error));
        },
      );
    };
    const token = BEARER.exec(request.headers.authorization ?? "")?.[1];
    const query = request.query as Readonly<Record<string, unknown>>;
    const other = token === undefined ? inQuery(request.routeOptions.url) : undefined;
    const given = other && query[other.parameter];
    // Cheap to check, and wrong again and again where a browser opens a stream anew by an old address.
    if (other && typeof given === "string") return check(other.verify(given));
    if (token === undefined) {
      reply.header("www-authenticate", 'Bearer realm="tidings"');
      done(unauthenticated("no token: send the header Authorization: Bearer TOKEN"));
      return;
    }
    const remembered = verifier.remembered(token);
    if (remembered === undefined) {
      const refusal = wrongTokens.refusal(request.ip);
      if (refusal !== undefined) return done(refusal);
      return check(verifier.verify(token), () => wrongTokens.add(request.ip));
    }
    request.caller = remembered;
    done();
  };
}

function rejectToken(reply: FastifyReply, error: DomainError): DomainError {
  const description = error.message.replaceAll('"', "'");
  reply.header(
    "www-authenticate",
    `Bearer realm="tidings", error="invalid_token", error_description="${description}"`,
  );
  return error;
}
