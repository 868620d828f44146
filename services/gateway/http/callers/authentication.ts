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
    const check = (verify: () => Promise<Caller>) => {
      const refusal = wrongTokens.refusal(request.ip);
      if (refusal !== undefined) return done(refusal);
      verify().then(
        (caller) => {
          request.caller = caller;
          done();
        },
        (error: DomainError) => {
          wrongTokens.add(request.ip);
          done(rejectToken(reply, error));
        },
      );
    };
    const token = BEARER.exec(request.headers.authorization ?? "")?.[1];
    const query = request.query as Readonly<Record<string, unknown>>;
    const other = token === undefined ? inQuery(request.routeOptions.url) : undefined;
    const given = other && query[other.parameter];
    if (other && typeof given === "string") return check(() => other.verify(given));
    if (token === undefined) {
      reply.header("www-authenticate", 'Bearer realm="tidings"');
      done(unauthenticated("no token: send the header Authorization: Bearer TOKEN"));
      return;
    }
    const remembered = verifier.remembered(token);
    if (remembered === undefined) return check(() => verifier.verify(token));
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
