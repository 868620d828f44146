import fastifyCors from "@fastify/cors";
import { PRIORITY_KEY } from "../../../platform/admission/priority.ts";
import type { App } from "../types.ts";

const MAX_AGE_SECONDS = 600;

/**
 * Lets web pages of these origins ask (the Fetch standard's CORS protocol). Tokens travel in a header that
 * a page sets itself, never in cookies, so no credentials are allowed. Nothing is added without origins.
 */
export async function allowOrigins(app: App, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  await app.register(fastifyCors, {
    origin: [...origins],
    methods: ["GET", "HEAD", "POST", "PUT", "DELETE"],
    allowedHeaders: [
      "authorization",
      "content-type",
      "idempotency-key",
      "last-event-id",
      PRIORITY_KEY,
      "x-request-id",
    ],
    exposedHeaders: ["location", "retry-after", "x-request-id"],
    maxAge: MAX_AGE_SECONDS,
    credentials: false,
  });
}
