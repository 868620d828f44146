import { isTraceparent, TRACEPARENT_KEY } from "../../model/traceparent.ts";
import {
  HTTP_REQUEST_METHOD,
  HTTP_RESPONSE_STATUS_CODE,
  HTTP_ROUTE,
  URL_SCHEME,
} from "../../platform/telemetry/tracing/span-names.ts";
import type { Tracer } from "../../platform/telemetry/tracing/tracer.ts";
import type { App } from "./types.ts";

const FIRST_SERVER_FAULT = 500;

/**
 * Traces begin here. What a caller says of a trace of its own is linked and not obeyed: whoever reaches this from the
 * internet must not decide what is recorded.
 */
export function traceRequests(app: App, tracer: Tracer): void {
  app.addHook("onRequest", (request, _reply, done) => {
    const { url: route = "unknown" } = request.routeOptions;
    const sent = request.headers[TRACEPARENT_KEY];
    const links = typeof sent === "string" && isTraceparent(sent) ? [sent] : [];
    const attributes = {
      [HTTP_REQUEST_METHOD]: request.method,
      [HTTP_ROUTE]: route,
      [URL_SCHEME]: request.protocol,
      "tidings.request.id": request.id,
    };
    const name = `${request.method} ${route}`;
    const span = tracer.begin({ name, kind: "server", links, attributes });
    if (span) request.span = span;
    done();
  });
  app.addHook("onResponse", ({ span }, { statusCode }, done) => {
    span?.set({ [HTTP_RESPONSE_STATUS_CODE]: statusCode });
    span?.end(statusCode >= FIRST_SERVER_FAULT ? String(statusCode) : undefined);
    done();
  });
}
