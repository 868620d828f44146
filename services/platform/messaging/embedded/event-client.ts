import type { EventServiceService } from "#gen/event/v1/event.ts";
import type { Client } from "../../grpc/call.ts";

export type EventClient = Client<typeof EventServiceService>;
