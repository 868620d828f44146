import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Static, TSchema } from "@sinclair/typebox";
import type { FastifyInstance, FastifyRequest, FastifyTypeProvider } from "fastify";
import type { Logger } from "../../platform/telemetry/logger.ts";
import type { Span } from "../../platform/telemetry/tracing/tracer.ts";
import type { Caller } from "../identity/token-verifier.ts";
import type { CallContext } from "../ports.ts";
import type { HeldPlace } from "./callers/held-place.ts";

/** Types of requests and answers from their schemas. */
interface SchemaTypes extends FastifyTypeProvider {
  validator: this["schema"] extends TSchema ? Static<this["schema"]> : unknown;
  serializer: this["schema"] extends TSchema ? Static<this["schema"]> : unknown;
}

export type App = FastifyInstance<Server, IncomingMessage, ServerResponse, Logger, SchemaTypes>;

/** Starts the time of a request: every call made for it shares one deadline. */
export type StartCall = (
  request: Pick<FastifyRequest, "id" | "caller" | "span" | "routeOptions" | "query" | "headers">,
) => CallContext;

declare module "fastify" {
  interface FastifyRequest {
    /** Who is asking; set on every route that needs a token. */
    caller: Caller;
    /** Of a request that was let in. */
    held?: HeldPlace;
    /** Of a request that is traced. */
    span?: Span;
  }
}
