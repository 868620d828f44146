import { PRIORITIES, type Priority } from "../../platform/admission/priority.ts";

/** Routes that tell of news to whoever has a page already. */
const LIVE: ReadonlySet<string> = new Set(["/v1/timeline/stream", "/v1/timeline/unread"]);

/**
 * How much it matters that a request is answered now: whoever goes on below a page has that page to read. `said`: how
 * much its caller says. Less than it would is for them to say, as of what they fetch ahead; more is not.
 */
export function requestPriority(
  route: string | undefined,
  query: unknown,
  said?: Priority,
): Priority {
  const own = ownPriority(route, query);
  return said !== undefined && rankOf(said) > rankOf(own) ? said : own;
}

function ownPriority(route: string | undefined, query: unknown): Priority {
  if (route !== undefined && LIVE.has(route)) return "live";
  const { page_token: token } = (query ?? {}) as Readonly<Record<string, unknown>>;
  return token === undefined ? "page" : "scroll";
}

/** 0 matters most. */
function rankOf(priority: Priority): number {
  return PRIORITIES.indexOf(priority);
}
