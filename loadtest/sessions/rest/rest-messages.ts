import type { TimelinePage } from "../../../services/gateway/schemas/timeline.ts";
import type { RestRequest } from "../../drivers/rest/request.ts";

/** A request as the REST driver takes it, of whom the token is. */
export function requestOf(token: string, request: Omit<RestRequest, "headers">): Uint8Array {
  const headers = { authorization: `Bearer ${token}` };
  return Buffer.from(JSON.stringify({ ...request, headers } satisfies RestRequest));
}

/** Throws when the gateway's answer is no JSON, as the next does. */
export function pageIn(answer: Uint8Array): TimelinePage {
  return JSON.parse(Buffer.from(answer).toString());
}

/** The id of the post that was made; 0 when none is named. */
export function postIdIn(answer: Uint8Array): bigint {
  const { post_id: id = "0" }: { post_id?: string } = JSON.parse(Buffer.from(answer).toString());
  return BigInt(id);
}
