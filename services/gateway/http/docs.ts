import fastifyRateLimit from "@fastify/rate-limit";
import fastifySwagger from "@fastify/swagger";
import fastifySwaggerUi from "@fastify/swagger-ui";
import { networkOf } from "../../platform/lifecycle/network-of.ts";
import { tooMany } from "./callers/rate-limit.ts";
import type { App } from "./types.ts";

const INTRODUCTION = `The backend of a friends' timeline. A person posts up to 1,024 bytes of text; every
friend finds it on their timeline at once.

**Who is asking** is said by a token (JWT) in the header \`Authorization: Bearer TOKEN\`. For development,
\`npm run token -- USER\` prints one.

**Ids are strings** of digits, and so are safe from rounding. Times are RFC 3339.

**Something is always shown.** A page that may lack something names it in \`degraded\`; a short or empty
page with a \`next_page_token\` is not the end. Errors are problem details (RFC 9457) that name the field,
the limit and the remedy, and carry the \`request_id\` of the header \`x-request-id\`.`;

/** Nothing from elsewhere. The plugin's own policy turns http into https, which hides a plain gateway. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; " +
  "object-src 'none'; base-uri 'self'; frame-ancestors 'none'";

/** Of one address in each window: a reader opens a page of six files. */
const MAX_REQUESTS = 120;
const WINDOW_MS = 60_000;
const MAX_ADDRESSES = 10_000;

/** Serves the OpenAPI document at /openapi.json and readable pages at /docs, without any other site. */
export async function serveDocs(app: App): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Tidings", version: "1.0.0", description: INTRODUCTION },
      tags: [
        { name: "posts", description: "Say something, read it, take it back" },
        { name: "timeline", description: "What friends say, newest first or live" },
        { name: "reactions", description: "Likes and comments" },
        {
          name: "friends",
          description: "The people whose posts you see, and who see yours; requests and blocks",
        },
        { name: "operation", description: "For those who run it" },
      ],
      components: {
        securitySchemes: { token: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
      },
      security: [{ token: [] }],
    },
  });
  await app.register(pages);
}

/** What takes no token, and much more to answer than to ask for: so many of one address, and no more. */
async function pages(app: App): Promise<void> {
  await app.register(fastifyRateLimit, {
    max: MAX_REQUESTS,
    timeWindow: WINDOW_MS,
    cache: MAX_ADDRESSES,
    keyGenerator: ({ ip }) => networkOf(ip),
    errorResponseBuilder: (_request, context) =>
      tooMany("requests without a token", context, WINDOW_MS),
  });
  await app.register(fastifySwaggerUi, {
    routePrefix: "/docs",
    staticCSP: CONTENT_SECURITY_POLICY,
    theme: { title: "Tidings API" },
    // BaseLayout has no bar on top with somebody else's logo and a field for other documents.
    uiConfig: { layout: "BaseLayout", tryItOutEnabled: true, persistAuthorization: true },
  });
  let document: string | undefined;
  app.get("/openapi.json", { schema: { hide: true } }, (_request, reply) => {
    document ??= JSON.stringify(app.swagger());
    reply.type("application/json; charset=utf-8").send(document);
  });
}
