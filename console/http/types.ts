import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";
import type { Clock } from "../../services/platform/clock/clock.ts";
import type { Logger } from "../../services/platform/telemetry/logger.ts";
import type { IsAdmin } from "../access/admin-check.ts";
import type { Sessions } from "../access/sessions.ts";
import type { Assets } from "../page/assets.ts";

export type App = FastifyInstance<Server, IncomingMessage, ServerResponse, Logger>;

/** What all routes share. */
export interface RouteDeps {
  readonly assets: Assets;
  readonly sessions: Sessions;
  readonly clock: Clock;
  readonly isAdmin: IsAdmin;
}
